// Measures the page that is shown by what the browser makes of it, after WCAG 2.2 levels A and AA.
// The names of the measures are those of the success criteria.

const channel = (value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const colour = (text) => text.match(/[\d.]+/g).map(Number);
const luminance = ([red, green, blue]) =>
  0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
const background = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const behind = colour(getComputedStyle(at).backgroundColor);
    if (behind.length === 3 || behind[3] === 1) return behind;
  }
  return [255, 255, 255];
};
const texts = () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    if (walker.currentNode.textContent.trim()) found.push(walker.currentNode);
  }
  return found;
};
const all = (selector) => [...document.querySelectorAll(selector)];
const problems = [];
const expect = (holds, criterion, about) => {
  if (!holds) problems.push(`${criterion}: ${about}`);
};

expect(document.documentElement.lang === "en-GB", "3.1.1 language", document.documentElement.lang);
expect(document.title.trim(), "2.4.2 title", "none");
expect(all("main").length === 1 && all("h1").length === 1, "1.3.1 structure", "one main, one h1");
const levels = all("h1, h2, h3").map((heading) => heading.tagName).join(" ");
expect(/^(H2 )?H1/.test(levels), "1.3.1 headings", levels);
const ids = all("[id]").map((element) => element.id);
expect(new Set(ids).size === ids.length, "1.3.1 one of a name", ids.join(" "));

for (const node of texts()) {
  const element = node.parentElement;
  const ratio = contrast(colour(getComputedStyle(element).color), background(element));
  expect(ratio >= 4.5, "1.4.3 contrast", `${node.textContent}: ${ratio.toFixed(2)}`);
}
for (const field of all("input")) {
  const ratio = contrast(colour(getComputedStyle(field).borderTopColor), background(field.parentElement));
  expect(ratio >= 3, "1.4.11 border of a field", `${field.id}: ${ratio.toFixed(2)}`);
  expect(field.labels.length === 1, "3.3.2 label", field.id);
  expect(field.autocomplete, "1.3.5 purpose", field.id);
  const told = field.getAttribute("aria-describedby");
  const isWrong = field.getAttribute("aria-invalid") === "true";
  expect(isWrong === Boolean(told && document.getElementById(told)), "3.3.1 error", field.id);
}
for (const target of all("input, button")) {
  const { width, height } = target.getBoundingClientRect();
  expect(width >= 24 && height >= 24, "2.5.8 size of a target", `${target.tagName}: ${width} x ${height}`);
}
for (const link of all("a")) {
  const { textDecorationLine } = getComputedStyle(link);
  expect(textDecorationLine.includes("underline"), "1.4.1 a link is no mere colour", link.textContent);
  expect(document.querySelector(link.getAttribute("href")), "2.4.4 a link leads somewhere", link.href);
}

const focused = document.activeElement;
if (focused && focused !== document.body) {
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(focused);
  const ratio = contrast(colour(outlineColor), background(focused.parentElement));
  const isSeen = focused.matches(":focus-visible") && outlineStyle === "solid";
  expect(isSeen && parseFloat(outlineWidth) >= 2 && ratio >= 3, "2.4.7 focus", `${focused.id}: ${ratio.toFixed(2)}`);
  const { top, bottom } = focused.getBoundingClientRect();
  expect(top >= 0 && bottom <= innerHeight, "2.4.11 focus not hidden", focused.id);
}

const fits = (criterion) => {
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth <= clientWidth, criterion, `${scrollWidth} of ${clientWidth}`);
  for (const element of all("body *")) {
    const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    expect(!isCut || element.tagName === "INPUT", criterion, `${element.tagName} is cut off`);
  }
};
fits("1.4.10 reflow");
// What a reader may set: distances between lines, paragraphs, letters and words.
const spacing = { "line-height": "1.5", "letter-spacing": "0.12em", "word-spacing": "0.16em" };
const set = (element, name, value) => element.style.setProperty(name, value, "important");
for (const element of all("body *")) {
  for (const [name, value] of Object.entries(spacing)) set(element, name, value);
  if (element.tagName === "P") set(element, "margin-bottom", "2em");
}
fits("1.4.12 spacing of text");
for (const element of all("body *")) element.removeAttribute("style");

return problems;
