"""The certificate of what became of a closed project's files."""

from fastapi import APIRouter
from starlette.responses import Response

from registry.application import closure_queries, queries
from registry.application.close_out import note_certificate_taken
from registry.domain.errors import NotFound
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["projects"])


@router.get("/projects/{project_id}/certificate")
def download_certificate(project_id: str, shell: CurrentShell, viewer: CurrentViewer) -> Response:
    """The latest one, as the machine wrote it; that somebody took it is a line of the ledger."""
    with shell.reading() as session:
        project = queries.project(session, project_id)
        found = closure_queries.latest(session, project_id)
        may_see = project is not None and closure_queries.may_see(session, viewer, project)
    if found is None or not may_see:
        raise NotFound("There is no such certificate, or it is not yours to see.")
    note_certificate_taken(
        shell.unit_of_work(), project_id=project_id, sha256=found.sha256, actor=viewer.username
    )
    headers = {"Content-Disposition": f'attachment; filename="{project_id}-certificate.json"'}
    return Response(found.document, media_type="application/json", headers=headers)
