#!/usr/bin/env bash
# Word draws enclosed characters (囲い文字) and the ruby of its older versions by EQ fields that have
# no stored result: the file holds an instruction only (ISO/IEC 29500-1, 17.16.5.18).
#
# Tried:     python-docx 1.2.0, mammoth 1.11.0, docx2txt 0.9
# Expected:  the text that the page shows, 協働の推進, or at least a warning
# Behaviour: all three return の推進 without a word; the characters are lost
# Output seen:
#   python-docx: の推進
#   docx2txt: の推進
#   mammoth: の推進 []
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-docx==1.2.0 mammoth==1.11.0 docx2txt==0.9
cat > "$folder/try.py" <<'PY'
import sys

import docx
import docx2txt
import mammoth
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

path = sys.argv[1]
word = docx.Document()
paragraph = word.add_paragraph()
for kind in ("begin", "instruction", "end"):
    part = OxmlElement("w:instrText" if kind == "instruction" else "w:fldChar")
    if kind == "instruction":
        part.text = r" EQ \o\ad(\s\up 9(きょうどう),協働)"
    else:
        part.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(part)
paragraph.add_run("の推進")
word.save(path)

read = {"python-docx": docx.Document(path).paragraphs[0].text}
read["docx2txt"] = docx2txt.process(path).strip()
with open(path, "rb") as file:
    found = mammoth.extract_raw_text(file)
read["mammoth"] = found.value.strip()
for name, text in read.items():
    print(f"{name}: {text}", found.messages if name == "mammoth" else "")
sys.exit(0 if set(read.values()) == {"の推進"} and not found.messages else 1)
PY
"$folder/venv/bin/python" "$folder/try.py" "$folder/plan.docx"
