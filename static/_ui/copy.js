/** The button that copies a link: without a script it could do nothing, and is hidden. */
const field = document.querySelector("input[data-copy]");
const row = field?.closest(".fields").querySelector("[hidden]");

if (row && navigator.clipboard) {
  row.hidden = false;
  const [button, said] = row.children;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied";
    } catch {
      said.textContent = "It is selected: copy it with the keyboard";
    }
  });
}
