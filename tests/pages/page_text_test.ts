import { assertEquals } from "@std/assert";
import { readHtml, readText } from "../../lib/pages/page_text.ts";

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
