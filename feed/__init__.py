"""What people say, see and make."""
