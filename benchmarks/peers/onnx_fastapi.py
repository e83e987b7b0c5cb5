"""ONNX Runtime behind FastAPI; mangum makes a Lambda handler of it."""

from typing import Any

import numpy as np
from fastapi import FastAPI
from mangum import Mangum
from pydantic import BaseModel

from benchmarks.peers.frames import frame
from benchmarks.peers.onnx_session import probabilities

__all__ = ["app", "handler", "probabilities"]


class Question(BaseModel):
    """The body of a request."""

    image: str = ""
    images: list[str] = []


app = FastAPI()


# Not a plain function: FastAPI would run that in a thread of its own, which takes longer.
@app.post("/predict")
async def predict(question: Question) -> dict[str, Any]:
    """Answer with the digit of one picture, or of each of several."""
    frames = np.stack([frame(text) for text in question.images or [question.image]])
    answers = [{"digit": int(row.argmax())} for row in probabilities(frames)]
    return {"predictions": answers} if question.images else answers[0]


handler = Mangum(app, lifespan="off")
