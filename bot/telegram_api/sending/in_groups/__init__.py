"""Send answers into groups: to everybody within the quota of the group, or to one person only."""
