"""Notifications: whose come through, how they are counted and grouped, and what a person does with them."""
