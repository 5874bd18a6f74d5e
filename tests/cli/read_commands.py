#!/usr/bin/env python3
"""read_commands.py FILE...: the commands that texts tell people to type, one a line: kind, place and command, between tabs.

Kinds: "shell" and "python" for a fenced block of commands (lines of a shell block are told one by one, comments gone, a Python
block as its line numbers), "word" for a command within a sentence, "key" for a command of the composer (:name). In roff pages
the words between quotes are commands within a sentence.
"""
import re
import sys

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
SPAN = re.compile(r"`([^`]+)`", re.S)
STARTS = ("refrain", "make", "build/release/refrain", "git", "mpirun", "tests/", "assets/")


def say(kind, path, text, offset, command):
    line = text.count("\n", 0, offset) + 1
    print(kind, f"{path}:{line}", " ".join(command.split()), sep="\t")


def is_command(words):
    return words.split(" ")[0] in STARTS


def read_markdown(path, text):
    for block in FENCE.finditer(text):
        language, body = block.groups()
        if language == "python":
            first = text.count("\n", 0, block.start(2)) + 1
            print("python", f"{path}:{first}", f"{first},{first + body.count(chr(10)) - 1}", sep="\t")
        for line in re.finditer(r".+", body):
            command = line.group().split("  #")[0].split("     #")[0]
            if not language and is_command(command):
                say("shell", path, text, block.start(2) + line.start(), command)
    for span in SPAN.finditer(FENCE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)):
        words = " ".join(span.group(1).split())
        if is_command(words):
            say("word", path, text, span.start(), words)
        elif re.match(r":[a-z]", words):
            say("key", path, text, span.start(), words)


def read_roff(path, text):
    plain = text.replace("\\-", "-").replace("\\(aq", "'")
    for span in re.finditer(r'"(refrain [^"]*)"', plain):
        if not span.group(1).split()[1][0].isdigit():
            say("word", path, plain, span.start(), span.group(1))


for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        content = file.read()
    (read_roff if name.endswith(".1") else read_markdown)(name, content)
