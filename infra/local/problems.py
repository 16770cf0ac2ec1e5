"""What went wrong, said to the person at the terminal."""


class Problem(Exception):
    """Something that a person can mend: a plain sentence, and what to do about it."""

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence}\n{self.remedy}".strip()
