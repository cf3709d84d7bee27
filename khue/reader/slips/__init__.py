"""What a careful clerk would ask about; one kind of slip per file."""


def find_slips(lex, header, items, tasks, citations, mentions):
    return []
