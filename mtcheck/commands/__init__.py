"""The commands of the command line, one module each; ``mtcheck.cli`` imports the one that is used."""
