// What the page "you" needs beyond htmx: the names of countries and languages, which browsers know in every language.
function named() {
  for (const type of ["region", "language"]) {
    const names = new Intl.DisplayNames(document.documentElement.lang, { type });
    for (const each of document.querySelectorAll(`[data-${type}]`)) each.textContent = names.of(each.dataset[type]);
  }
  const countries = document.getElementById("trait-country");
  const chosen = countries?.value;
  countries?.append(...[...countries.options].sort((one, other) => one.text.localeCompare(other.text)));
  if (countries) countries.value = chosen;
}

if (document.querySelector(".you")) {
  named();
  document.addEventListener("htmx:after:swap", named);
}
