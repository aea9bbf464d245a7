"""The command ``skagerrak``: one module for each group of commands."""
