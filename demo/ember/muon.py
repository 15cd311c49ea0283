"""Muon for the matrices inside the blocks (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/): momentum whose
singular values are evened out by a Newton-Schulz iteration; AdamW for embedding and norms."""

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the quintic iteration, from the post
ITERATIONS = 5


def orthogonalise(update):
    """The nearest semi-orthogonal matrix, roughly, of each matrix of a stack (count, rows, columns)."""
    a, b, c = COEFFICIENTS
    x = update.bfloat16() if hasattr(torch, "compile") else update
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.transpose(-1, -2)
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.transpose(-1, -2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.transpose(-1, -2) if tall else x).to(update.dtype)


class Muon(torch.optim.Optimizer):
    """Matrices of one shape are updated as one stack."""

    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.01):
        super().__init__(parameters, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for parameter in group["params"]:
                by_shape.setdefault(tuple(parameter.shape), []).append(parameter)
            for shape, parameters in by_shape.items():
                updates = orthogonalise(torch.stack([self.smoothed(p, group["momentum"]) for p in parameters]))
                scale = group["lr"] * max(1, shape[0] / shape[1]) ** 0.5
                for parameter, update in zip(parameters, updates):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-scale)

    def smoothed(self, parameter, momentum):
        """Nesterov momentum of the gradient."""
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        buffer = state["momentum"].lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(buffer, momentum)
