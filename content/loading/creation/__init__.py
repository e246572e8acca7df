"""Write the files of a new campaign, from sample texts or from the text of a declaration."""
