/** What the examples of the course show in a browser. */
import { assert, assertEquals } from "@std/assert";
import { copyExamples, startExample } from "../learn_examples.ts";
import { startOf, steps } from "../learn_pages.ts";
import { browserTest } from "./browser.ts";

/** Starts the example of a step as its page says, in a copy. */
async function startStep(step: number) {
  const copy = await copyExamples();
  const example = await startExample(startOf(steps[step - 1].source), copy.path);
  const end = async () => {
    await example[Symbol.asyncDispose]();
    await copy[Symbol.asyncDispose]();
  };
  return { url: example.url, [Symbol.asyncDispose]: end };
}

browserTest("step 5: the page has its style and its script, and asks again with the tags it has", async (browser) => {
  await using example = await startStep(5);
  const page = await browser.newPage();
  await page.goto(example.url);
  await page.getByRole("button", { name: "Count" }).click();
  await page.getByText("Once").waitFor();
  const colour = await page.evaluate("getComputedStyle(document.querySelector('button')).backgroundColor");
  assertEquals(colour, "rgb(28, 106, 80)");
  const statuses: number[] = [];
  // Of the page itself Chromium tells the status that it was kept with.
  page.on("response", (response) => response.url() === example.url || statuses.push(response.status()));
  await page.reload();
  await page.getByText("script.js is here.").waitFor();
  assertEquals(statuses, [304, 304]);
});

browserTest("step 6: the page shows what is found while somebody types, as text", async (browser) => {
  await using example = await startStep(6);
  const page = await browser.newPage();
  await page.goto(example.url);
  await page.getByLabel("Search").pressSequentially("cookie");
  await page.getByText("2 entries").waitFor();
  assertEquals(await page.locator("dt").first().textContent(), "Cookie");
  await page.getByLabel("Search").fill("xyzzy");
  await page.getByText("0 entries").waitFor();
});

browserTest("step 7: two people log in by the form, and read each other at once", async (browser) => {
  await using example = await startStep(7);
  const [ada, bob] = await Promise.all(["ada", "bob"].map(async (name) => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(example.url);
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill("a few plain words");
    await page.getByRole("button", { name: "I am new here" }).click();
    await page.getByText("Here:").waitFor();
    return page;
  }));
  await ada.getByText("Here: ada, bob").or(ada.getByText("Here: bob, ada")).waitFor();
  await ada.getByLabel("Message").fill("<b>Hello</b>");
  await ada.getByRole("button", { name: "Send" }).click();
  await bob.getByText("ada: <b>Hello</b>").waitFor();
  await bob.getByRole("button", { name: "Log out" }).click();
  await bob.getByLabel("Password").waitFor();
  await ada.getByText("Here: ada", { exact: true }).waitFor();
  assert(!await bob.getByText("Hello").isVisible());
});
