/**
 * The list of keys and commands. Loaded when it is first asked for.
 */
import { COMMANDS } from "./commands.js";
import { openDialog } from "./dialogs.js";
import { element, isMac } from "./elements.js";

const ALT = isMac ? "⌥" : "Alt";
const CONTROL = isMac ? "⌘" : "Ctrl";

/** @type {[string[], string][]} */
const KEYS = [
  [["Enter"], "Send"],
  [["Shift", "Enter"], "Break the line"],
  [["↑"], "Edit your last message, in an empty field"],
  [["Esc"], "Cancel; or go to the end, with everything read"],
  [["@"], "Name somebody"],
  [[":"], "Find an emoji by its name"],
  [[ALT, "↑"], "Room before; with Shift: unread room before"],
  [[ALT, "↓"], "Room after; with Shift: unread room after"],
  [[CONTROL, "K"], "Go to a room or a person"],
  [["↑", "↓"], "From message to message, in the conversation"],
  [["Enter"], "Menu of the message"],
  [["?"], "This list"],
];

/**
 * Shows the keys and the commands.
 *
 * @param {string} role
 */
export function showHelp(role) {
  const keys = element("dl", { class: "keys" });
  for (const [names, does] of KEYS) {
    const term = element("dt", {});
    names.forEach((name, index) => term.append(index > 0 ? " + " : "", element("kbd", {}, name)));
    keys.append(element("div", {}, term, element("dd", {}, does)));
  }
  const commands = element("dl", { class: "keys" });
  for (const { name, takes, does, isForModerators } of COMMANDS) {
    if (isForModerators && role === "member") continue;
    const term = element("dt", {}, element("code", {}, `/${name} ${takes}`.trim()));
    commands.append(element("div", {}, term, element("dd", {}, does)));
  }
  const last = element("p", { class: "fine" }, "A message that begins with // is sent with one slash.");
  openDialog({
    title: "Keys and commands",
    kind: "help",
    content: [element("h3", {}, "Keys"), keys, element("h3", {}, "Commands"), commands, last],
  });
}
