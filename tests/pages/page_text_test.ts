import { assertEquals } from "@std/assert";
import { readableName, readHtml, readMarkdown, readText } from "../../lib/pages/page_text.ts";

type Case = readonly [source: string, title: string, text: string];

function check(cases: readonly Case[], read: typeof readHtml): void {
  for (const [source, title, text] of cases) assertEquals(read(source), { title, text }, source);
}

Deno.test("readHtml() reads the title and the words, and nothing that nobody reads", () => {
  check([
    ["", "", ""],
    ["<p>one<p>two", "", "one two"],
    ["<title>Hi</title><p>one", "Hi", "one"],
    ["<title> Hi\n there </title>", "Hi there", ""],
    ["<h1>Head</h1><p>text", "Head", "Head text"],
    ["<h1>One <em>two</em></h1><h1>Three</h1>", "One two", "One two Three"],
    ["<title></title><h1>Head</h1>", "Head", "Head"],
    ["<title>A &amp; B &lt;3</title><p>&eacute;t&#233; &nbsp;x", "A & B <3", "été x"],
    ["a<b>b</b>c<br>d<td>e", "", "a b c d e"],
    ["<script>no('<p>')</script>yes<style>p{}</style>", "", "yes"],
    ["<template>no</template><noscript>no</noscript>yes", "", "yes"],
    ["<!-- no -->yes<!doctype html><?php no ?>", "", "yes"],
    ["<head><meta name=x content=no></head><body>yes</body>", "", "yes"],
    ["<textarea>typed</textarea><input value=no alt=no>", "", "typed"],
    ["<p title='no'>yes</p>", "", "yes"],
    ["<TITLE>T</TITLE><SCRIPT>no</SCRIPT><P>yes", "T", "yes"],
  ], readHtml);
});

Deno.test("readHtml() reads malformed HTML as browsers do", () => {
  check([
    ["<p>one</div></p></p>two", "", "one two"],
    ["one < two > three", "", "one < two > three"],
    ["<p>un<!-- closed", "", "un"],
    ["<p>yes<script>never closed", "", "yes"],
    ["<title>never closed <p>x", "never closed <p>x", ""],
    ["</script>yes", "", "yes"],
    ["<b>bold<i>both</b>italic</i>", "", "bold both italic"],
    ["<constructor>a</constructor><tostring>b<__proto__>", "", "a b<__proto__>"],
    ["&unknown; &#xZZ; &", "", "&unknown; &#xZZ; &"],
  ], readHtml);
});

Deno.test("readHtml() reads a page whose head is not closed, as HTML allows", () => {
  check([
    ["<html><head><title>T</title><p>one", "T", "one"],
    ["<!doctype html><html lang=en><head><meta charset=utf-8><title>T</title><h1>Head</h1>", "T", "Head"],
    ["<head><title>T</title><body><p>one", "T", "one"],
  ], readHtml);
});

Deno.test("readHtml() takes no picture's title for the page's", () => {
  check([["<svg><title>Icon</title><text>no</text></svg><h1>Head</h1>", "Head", "Head"]], readHtml);
});

Deno.test("readHtml() is not deep-nesting's victim", () => {
  const depth = 10_000;
  assertEquals(readHtml(`${"<div>".repeat(depth)}deep${"</div>".repeat(depth)}`).text, "deep");
});

Deno.test("readHtml() takes no longer for tags that are nested wrongly than for others", () => {
  // To look through all that is open for each tag that is closed takes minutes.
  const count = 100_000;
  const cases: ReadonlyArray<readonly [part: (index: number) => string]> = [
    [() => "<b>x</i>"],
    [(index) => `<x${index}>x</y${index}>`],
    [() => "<p><nav></p>"],
    [() => "</b>x"],
    [() => "<b <b x"],
    [() => "<!--x"],
    [() => "&amp"],
  ];
  for (const [part] of cases) {
    const html = Array.from({ length: count }, (_, index) => part(index)).join("");
    assertEquals(typeof readHtml(html).text, "string");
  }
  assertEquals(readHtml("<b>one<i>two</b>three</i>four").text, "one two three four");
  assertEquals(readHtml("<div><nav>no</div>yes").text, "yes");
});

Deno.test("readMarkdown() reads the words without front matter and markup", () => {
  check([
    ["", "", ""],
    ["---\ntitle: Said\norder: 3\n---\n# Other\ntext", "Said", "Other text"],
    ["# Title #\n\ntext", "Title", "Title text"],
    ["Title\n=====\n\ntext", "Title", "Title text"],
    ["text\n\n## *Sub* [title](x.md)", "Sub title", "text Sub title"],
    ["```sh\n# no title\n```\n# Title", "Title", "# no title Title"],
    ["~~~\n```\n# no\n~~~\n# Yes", "Yes", "``` # no Yes"],
    ['see [the *list*](list.md "hint") and ![a cat](cat.png)', "", "see the list and a cat"],
    ["see [the list][ref]\n\n[ref]: https://x.example/y", "", "see the list"],
    ["> quoted\n> - item\n1. first\n- [x] done", "", "quoted item first done"],
    [
      "a snake_case_name and _this_ and __that__ and **bold**~~gone~~",
      "",
      "a snake_case_name and this and that and boldgone",
    ],
    ["| a | b |\n|---|:-:|\n| 1 | 2 |", "", "a b 1 2"],
    ["text<br>more <b class=x>bold</b> <!-- no\nno --> end", "", "text more bold end"],
    ["1 < 2 and 3 > 2, a*b", "", "1 < 2 and 3 > 2, ab"],
    ["note[^1]\n\n[^1]: The note", "", "note The note"],
    ["\\*not\\* and `code`", "", "*not* and code"],
    ["# Title {#id}", "Title", "Title"],
    ["\ufeff# Title\r\ntext", "Title", "Title text"],
    ["<!-- open", "", ""],
  ], (source) => {
    const { title, text } = readMarkdown(source);
    return { title, text };
  });
});

Deno.test("readMarkdown() takes no longer for hostile pages than for others", () => {
  // With a pattern that backtracks, or begins anew at each character, these take minutes.
  const parts = [
    "[",
    "![",
    "[a](",
    "[a][",
    "<a",
    "<!--",
    "`",
    "*",
    "_",
    "> ",
    "- ",
    "# ",
    "|",
    " ",
    "\t",
    "\\",
    "```\n",
    "[^",
    "{#",
    "---\n",
  ];
  for (const part of parts) {
    const { text } = readMarkdown(`a${part.repeat(Math.ceil(500_000 / part.length))}b`);
    assertEquals(typeof text, "string", part);
  }
});

Deno.test("readableName() is the name as people would write it", () => {
  const cases = [["getting-started.md", "Getting started"], ["a_b  c.html", "A b c"], ["éa.txt", "Éa"], ["x", "X"], [
    "--.md",
    "--.md",
  ], ["pic.png", "Pic.png"]];
  for (const [name, readable] of cases) assertEquals(readableName(name), readable);
});

Deno.test("readText() takes the first heading for the title", () => {
  check([
    ["", "", ""],
    ["one\n\ntwo", "", "one two"],
    ["# Title\n\ntext", "Title", "# Title text"],
    ["intro\n## Second level ##\n# First", "Second level", "intro ## Second level ## # First"],
    ["#hashtag\n", "", "#hashtag"],
    ["####### seven", "", "####### seven"],
    ["# C# and F#\r\ntext", "C# and F#", "# C# and F# text"],
    ["# Closed ##\ntext", "Closed", "# Closed ## text"],
    ["<b>as it is</b>", "", "<b>as it is</b>"],
  ], readText);
});

Deno.test("readText() takes no longer for a hostile heading than for another", () => {
  // With a pattern that backtracks, each of these takes minutes.
  for (const part of [" ", "#", "# ", "\t#"]) {
    const { title } = readText(`# a${part.repeat(500_000)}b`);
    assertEquals([title[0], title.at(-1)], ["a", "b"]);
  }
});
