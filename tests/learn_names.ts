/** What the pages of the course say of the code, read off them, and looked up in it. */
import { dirname, fromFileUrl, join } from "@std/path";

/** The folder of the repository. */
export const PROJECT_DIR: string = dirname(dirname(fromFileUrl(import.meta.url)));

/** Whether a function, method, class or constant is made in a source, and not only used. */
function isDefined(name: string, source: string): boolean {
  const plain = name.replace("()", "");
  const pattern = name.endsWith("()")
    ? `^\\s*(?:export |async |static |override |get |function\\*? )*${plain}(?:<.*>)?\\((?!.*;$)`
    : `^(?:export )?(?:class|interface|const) ${plain}\\b`;
  return new RegExp(pattern, "m").test(source);
}

/** What names in the code are: a file of ours; or a function, class or constant in the file named last. */
const FILE = /^(?:lib|routes|static|tests|docs|main\.ts)(?:\/[\w./[\]-]+)?$/;
const NAME =
  /^(?:#?\w+\(\)|[A-Z][a-z]\w+[A-Z]\w+|[A-Z]+(?:_[A-Z]+)+|Context|Files|Passwords|Room|Router|Search|Sessions)$/;

/**
 * What of the names in a text is not there.
 *
 * @param codes The pieces of code in the text, in their order: a file, and then functions or classes in it.
 */
export async function missing(codes: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  let [file, source] = ["", ""];
  for (const code of codes) {
    if (FILE.test(code)) {
      file = code;
      source = code.includes(".") ? await Deno.readTextFile(join(PROJECT_DIR, file)).catch(() => "") : "";
      if (!await isThere(file)) wrong.push(`${file} is not there`);
    } else if (NAME.test(code) && !isDefined(code, source)) {
      wrong.push(`${code} is not in ${file}`);
    }
  }
  return wrong;
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(join(PROJECT_DIR, path)).then(() => true, () => false);
}
