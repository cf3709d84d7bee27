"""The parts around the text: letterhead, kind and subject above it, recipients and signature below."""
