defmodule PhoenixLike.Router do
  @moduledoc "Which path is answered by what."

  alias PhoenixLike.{Endpoint, Pages, WebSocket}
  alias PhoenixLike.Endpoint.{CheckOrigin, ForceSSL, Response}

  @doc "Answers a request. Tells whether the connection may go on: `:keep` or `:close`."
  def answer(request) do
    case ForceSSL.check(request, Endpoint.config()) do
      {:go, headers} -> route(request.method, request.path, request, headers)
      answered -> answered
    end
  end

  defp route("POST", "/echo", request, headers), do: Pages.echo(request, headers)

  # Only /echo reads a body, so nothing can follow one on this connection.
  defp route(method, path, %{body: body, keep: true} = request, headers) when body != 0,
    do: route(method, path, %{request | keep: false}, headers)

  defp route("GET", "/socket/websocket", request, _headers) do
    if CheckOrigin.allowed?(request, Endpoint.config()),
      do: WebSocket.serve(request),
      else: Response.text(request, 403, "this origin is not allowed\n")
  end

  defp route("GET", "/sse", request, headers), do: Pages.events(request, headers)
  defp route("GET", "/slow", request, headers), do: Pages.slow(request, headers)
  defp route(method, path, request, headers) when method in ["GET", "HEAD"], do: get(path, request, headers)
  defp route(_method, _path, request, headers), do: Response.text(request, 405, "only GET\n", headers)

  defp get("/", request, headers), do: Pages.home(request, headers)
  defp get("/health", request, headers), do: Response.text(request, 200, "ok\n", headers)
  defp get("/config", request, headers), do: Response.text(request, 200, PhoenixLike.Settings.text(), headers)
  defp get(_path, request, headers), do: Response.text(request, 404, "no such page\n", headers)
end
