"""Performs gestures with a still photograph."""
