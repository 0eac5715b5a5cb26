"""Small networks, trained live with the catalogue's optimizers, and what surrounds their solutions."""

from visualizer.networks.architecture import Architecture
from visualizer.networks.data import CATALOGUE as DATASETS
from visualizer.networks.data import Dataset, Points, sample
from visualizer.networks.train import Recipe, Training, train

__all__ = ["DATASETS", "Architecture", "Dataset", "Points", "Recipe", "Training", "sample", "train"]
