"""Mutants of lesson 4's solutions that are right answers too: (exercise, "old → new") → why."""

_WIDTH = "The width of a hidden layer is the learner's choice."
_BATCH = "The batch size is the learner's choice."
_SPEECH = "Whether Keras draws a progress bar changes no number."


def _other_numbers(batch_size: int) -> list[tuple[tuple, str]]:
    """What a mutant puts in place of a batch size and of `verbose`, and why that is allowed."""
    batches = [((f" {number}", 0), _BATCH) for number in (batch_size - 1, batch_size + 1)]
    return batches + [((batch_size, f" {number}"), _SPEECH) for number in (1, -1)]


EQUIVALENT: dict[tuple[str, str], str] = {
    **{
        (
            exercise_id,
            f'x = keras.layers.Dense(256, activation="gelu")({source}) → '
            f'x = keras.layers.Dense( {width}, activation="gelu")({source})',
        ): _WIDTH
        for exercise_id, source in (("4.1", "x"), ("4.2", "z"), ("4.2", "x"))
        for width in (255, 257)
    },
    **{
        ("4.3", f"{line.format(128, 0)} → {line.format(*changed)}"): reason
        for line in ("model.fit(images, batch_size={}, epochs=epochs, verbose={})",)
        for changed, reason in _other_numbers(128)
    },
    **{
        ("4.3", f"{line.format(500, 0)} → {line.format(*changed)}"): reason
        for line in (
            "figures = model.evaluate(images, batch_size={}, verbose={}, return_dict=True)",
        )
        for changed, reason in _other_numbers(500)
    },
}
