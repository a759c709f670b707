"""What happens to what breaks the rules, and how likely an account is automated."""
