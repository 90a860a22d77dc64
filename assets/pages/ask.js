// What the page "ask" needs beyond htmx.
