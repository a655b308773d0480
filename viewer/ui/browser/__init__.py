"""The browser: patients, studies, series and instances at the left of the window."""
