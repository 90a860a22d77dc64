// What the page "bring" needs beyond htmx.
