// A button beside a field, of one line or more, that copies what the field holds. Without it the field can be selected.
for (const field of document.querySelectorAll("input[data-copy], textarea[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  button.textContent = field.dataset.copy;
  const said = document.createElement("span");
  said.className = "quiet";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = field.dataset.copied;
    } catch {
      field.select();
    }
  });
  field.after(button, said);
}
