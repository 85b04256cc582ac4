"""Forms: one file per noun, every word through gettext."""
