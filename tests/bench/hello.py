"""The least that a function of this kind can be, to hold ours against: one route, one read, one model."""

import asyncio
import os
from typing import Any

from fastapi import FastAPI, HTTPException
from mangum import Mangum
from pydantic import BaseModel
from pymongo import AsyncMongoClient

asyncio.set_event_loop(asyncio.new_event_loop())  # where Mangum looks for it
app = FastAPI()
client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(os.environ["MONGO_URL"])
products = client[os.environ["MONGO_DATABASE"]]["products"]


class Product(BaseModel):
    """What is answered."""

    id: str
    sku: str


@app.get("/v1/products/{id}")
async def get_product(id: str) -> Product:
    document = await products.find_one({"_id": id}, {"sku": 1})
    if document is None:
        raise HTTPException(404)
    return Product(id=id, sku=document["sku"])


handler = Mangum(app, lifespan="off")
