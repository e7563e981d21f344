defmodule PhoenixLike.Endpoint.ForceSSL do
  @moduledoc """
  `force_ssl: [rewrite_on: [:x_forwarded_proto]]`: a request that did not reach the proxy by HTTPS is sent there, and
  one that did is told to stay (HSTS), as `Plug.SSL` does.
  """
  alias PhoenixLike.Endpoint.{Request, Response}

  @doc "`{:go, headers}` with headers for the answer, or what answering the request came to."
  def check(request, config) do
    cond do
      !config[:force_ssl] ->
        {:go, []}

      Request.header(request, "x-forwarded-proto") == "https" ->
        {:go, [{"strict-transport-security", "max-age=31536000"}]}

      true ->
        redirect(request, "https://#{config[:url][:host]}#{target(request)}")
    end
  end

  # Only a request without a body may be changed into another by a redirect.
  defp redirect(request, location) do
    status = if request.method in ["GET", "HEAD"], do: 301, else: 307
    # the body was not read, so nothing can follow on this connection
    keep = request.keep and request.body == 0
    Response.text(%{request | keep: keep}, status, "", [{"location", location}])
  end

  defp target(%{path: path, query: query}) when query == %{}, do: path
  defp target(%{path: path, query: query}), do: "#{path}?#{URI.encode_query(query)}"
end
