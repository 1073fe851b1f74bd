/**
 * Choosing an emoji to react with. Loaded when it is first asked for.
 */
import { button, element } from "./elements.js";
import { openDialog, walkByArrows } from "./dialogs.js";

const COMMON = (
  "👍 👎 ❤️ 😂 😮 😢 🎉 🙏 👏 🔥 ✅ ❌ 👀 💯 🤔 😄 😍 😅 😉 😎 🙌 💪 🤝 🤷 🤦 😱 😡 🥳 🚀 ⭐ ☕ 🍰 💡 📌 ❓ ❗ ➕ ➖ ✨ 💔"
).split(" ");
const COLUMNS = 8;

/**
 * Opens the picker.
 *
 * @param {Element} beside
 * @param {(emoji: string) => void} choose
 */
export function pickEmoji(beside, choose) {
  const take = (emoji) => {
    dialog.close();
    choose(emoji);
  };
  const grid = element("div", { class: "emoji-grid" });
  for (const emoji of COMMON) grid.append(button({ class: "quiet", "aria-label": emoji }, [emoji], () => take(emoji)));
  walkByArrows(grid, COLUMNS);
  const label = element("label", { for: "other-emoji" }, "Another one");
  const field = element("input", { id: "other-emoji", maxlength: "32", autocomplete: "off", size: "4" });
  const form = element("form", { class: "inline" }, label, field, element("button", { class: "second" }, "React"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim() !== "") take(field.value.trim());
  });
  const dialog = openDialog({ title: "React", kind: "picker", beside, content: [grid, form] });
  grid.querySelector("button")?.focus();
}
