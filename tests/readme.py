"""The parts of README that the program knows best: `make readme` writes them, a test compares."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, parse

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.japanese import example_sentences
from keikaku.answers.question import GROUPS
from keikaku.assets import shipped
from keikaku.cli import parser
from keikaku.names import KEI, RDF, RDFS, SKOS
from keikaku.settings import Settings
from keikaku.web.operation.metrics import METRICS

README = Path(__file__).parents[1] / "README.md"


def questions() -> str:
    """A table of the questions, with an example sentence each."""
    lines = ["| question | | parameters | for example |", "| --- | --- | --- | --- |"]
    for question in Catalogue.load():
        names = ", ".join(
            parameter.name if parameter.required else f"{parameter.name}?"
            for parameter in question.parameters
        )
        sentence = next(iter(example_sentences(question)), "")
        group = GROUPS[question.group].ja
        lines.append(
            f"| `{question.name}` | {question.title.ja} ({group}) | {names} | {sentence} |"
        )
    return "\n".join(lines)


def kinds() -> str:
    """A table of the kinds of discrepancy."""
    path = shipped("ontology") / "concepts.ttl"
    quads = list(parse(path=str(path), format=RdfFormat.TURTLE))
    lines = ["| kind | | what it is |", "| --- | --- | --- |"]
    for kind in [q.subject for q in quads if q.object == KEI["DiscrepancyKind"]]:
        said = {
            (q.predicate, q.object.language): q.object.value
            for q in quads
            if q.subject == kind and isinstance(q.object, Literal) and q.predicate != RDF["type"]
        }
        name = str(kind).rsplit("/", 1)[-1].rstrip(">")
        ja, definition = said[RDFS["label"], "ja"], said[SKOS["definition"], "en"]
        lines.append(f"| `{name}` | {ja} | {definition} |")
    return "\n".join(lines)


def settings() -> str:
    """A table of the settings."""
    lines = ["| setting | default | |", "| --- | --- | --- |"]
    for item in fields(Settings):
        default = "data/plans" if item.name == "plans" else item.default
        lines.append(
            f"| `{item.name}` | `{default}` | {item.metadata['ja']} ({item.metadata['en']}) |"
        )
    return "\n".join(lines)


def commands() -> str:
    """A table of the commands and their flags."""
    lines = ["| command | | arguments |", "| --- | --- | --- |"]
    choices = next(
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    helps = {action.dest: action.help for action in choices._choices_actions}
    for name, command in choices.choices.items():
        usage = re.sub(r"\s+", " ", command.format_usage())
        arguments = usage.split("[-h]", 1)[1].strip().replace("|", "\\|")
        lines.append(f"| `{name}` | {helps[name]} | `{arguments}` |")
    return "\n".join(lines)


def metrics() -> str:
    """A table of what /metrics shows."""
    lines = ["| metric | | labels | what it says |", "| --- | --- | --- | --- |"]
    for name, metric in METRICS.items():
        labels = ", ".join(metric.labels)
        lines.append(f"| `{name}` | {metric.type} | {labels} | {metric.help} |")
    return "\n".join(lines)


SECTIONS = {
    "questions": questions,
    "kinds": kinds,
    "settings": settings,
    "commands": commands,
    "metrics": metrics,
}


def up_to_date(text: str) -> str:
    """Return README with its sections written anew."""
    for name, write in SECTIONS.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        assert pattern.search(text), f"README has no section {name}"
        text = pattern.sub(lambda found, write=write: f"{found[1]}{write()}\n{found[2]}", text)
    return text


if __name__ == "__main__":
    README.write_text(up_to_date(README.read_text(encoding="utf-8")), encoding="utf-8")
