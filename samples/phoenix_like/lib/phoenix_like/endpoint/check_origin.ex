defmodule PhoenixLike.Endpoint.CheckOrigin do
  @moduledoc """
  `check_origin: true`: a page may open a WebSocket only if it came from the host that the endpoint's `url` names, or
  from this machine. A request without `Origin` comes from no page, and passes.
  """
  alias PhoenixLike.Endpoint.Request

  @doc "Whether the request's origin is allowed."
  def allowed?(request, config) do
    case Request.header(request, "origin") do
      nil -> true
      origin -> URI.parse(origin).host in [config[:url][:host], "localhost"]
    end
  end
end
