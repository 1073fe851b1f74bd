const button = document.querySelector("button");
const output = document.querySelector("output");
let count = 0;

output.textContent = "script.js is here.";
button.addEventListener("click", () => {
  count++;
  output.textContent = count === 1 ? "Once" : `${count} times`;
});
