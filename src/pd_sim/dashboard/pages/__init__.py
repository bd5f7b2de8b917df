"""The pages of the dashboard, a file each."""
