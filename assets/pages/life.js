// What the page "life" needs beyond htmx.
