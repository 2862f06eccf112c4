"""What the lessons state in numbers: a module for each lesson, with its rows."""
