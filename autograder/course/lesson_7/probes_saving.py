"""Questions to a learner's own β-VAE before it is saved, and after it is loaded."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from autograder.course.lesson_7.probes_trained import logs_of, moments_of, reached, trained_model


def reloaded(answers, case: dict, betas, images, codes, evaluated: bool) -> list[dict]:
    """Models that were saved, and loaded after their folders had moved elsewhere.

    All are saved before the first is loaded.

    Returns:
        for each "files", how many were written; "before" and "after", each with "mean" and
        "log_var" of the images and "drawn", what the codes look like; of an `evaluated` model
        also "logs".
    """
    encode, decode = answers.encode, answers.decode
    top = Path(tempfile.mkdtemp())
    try:
        found = []
        for number, beta in enumerate(betas):
            folder = top / f"saved-{number}"
            folder.mkdir()
            model = reached(
                answers,
                "save_model",
                (None, str(folder)),
                lambda beta=beta: trained_model(answers, case, beta).model,
            )
            before = _state(encode, decode, model, images, codes, case["latent"])
            answers.save_model(model, str(folder))
            files = sum(path.is_file() for path in folder.rglob("*"))
            folder.rename(top / f"moved-{number}")
            found.append({"files": files, "before": before})
        for number, entry in enumerate(found):
            model = answers.load_model(str(top / f"moved-{number}"))
            entry["after"] = _state(encode, decode, model, images, codes, case["latent"])
            if evaluated:
                entry["logs"] = logs_of(model, images)
        return found
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _state(encode, decode, model, images, codes, latent: int) -> dict:
    mean, log_var = moments_of(encode, model, images, latent)
    return {"mean": mean, "log_var": log_var, "drawn": decode(model, codes)}
