"""The author's word on whether one status may be used for training, said after it was posted."""

from drf_spectacular.utils import inline_serializer
from rest_framework.fields import BooleanField
from rest_framework.request import Request
from rest_framework.response import Response

from common.problems import Problem
from feed.api.documentation import documented
from feed.api.parameters import flag, parameters, path_id
from feed.api.views import MastodonView, caller_id
from feed.operations.training import set_for_training
from feed.queries.rendering.statuses import status_json
from feed.queries.statuses import status_for


class ForTrainingView(MastodonView):
    """PUT /api/humankind/v1/statuses/:id/training"""

    scopes = {"PUT": "write:statuses"}

    @documented(
        summary="Keep a status out of training data, or let it in",
        status=200,
        example={"id": "117259876543210496", "humankind": {"made_by": "human", "for_training": False}},
        tag="training",
        request=inline_serializer("ForTraining", {"for_training": BooleanField()}),
    )
    def put(self, request: Request, id: str) -> Response:
        """`for_training` false keeps the status out of the next release, true lets it in if the account agrees; the status comes back."""
        account_id = caller_id(request)
        wanted = flag(parameters(request), "for_training")
        if wanted is None:
            raise Problem("for_training is true or false.", field="for_training")
        status = set_for_training(account_id=account_id, status_id=path_id(id), for_training=wanted)
        return Response(status_json(status_for(status_id=status.pk, viewer_id=account_id), viewer_id=account_id))
