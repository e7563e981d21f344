defmodule PhoenixLike.Endpoint.Request do
  @moduledoc "A request: its head is read, its body is not yet."

  defstruct [:socket, :method, path: "/", query: %{}, headers: %{}, body: 0, keep: true]

  @receive_timeout 15_000
  @most_headers 100
  @piece 65_536

  @doc "Reads the headers behind a request line: `{method, target, version}`."
  def read(socket, {method, {:abs_path, target}, version}) do
    [path | query] = String.split(target, "?", parts: 2)

    with {:ok, headers} <- headers(socket, @most_headers, %{}),
         {:ok, body} <- body(headers) do
      request = %__MODULE__{socket: socket, method: to_string(method), path: path, headers: headers}
      query = query |> List.first("") |> URI.decode_query()
      {:ok, %{request | query: query, body: body, keep: keep?(version, headers)}}
    end
  end

  def read(_socket, _other), do: {:error, 400}

  # RFC 9112, 9.3
  defp keep?({1, 1}, headers), do: not (Map.get(headers, "connection", "") =~ ~r/\bclose\b/i)
  defp keep?(_older, _headers), do: false

  @doc "A header, its name in lower case; nil when there is none."
  def header(request, name), do: request.headers[name]

  @doc """
  Calls `take` with every piece of the body as it comes. `:ok`, or `:gone` when the client left in the middle.
  """
  def each_piece(%{body: :chunked} = request, take), do: each_chunk(request.socket, take)

  def each_piece(%{body: length} = request, take) do
    :inet.setopts(request.socket, packet: :raw)
    each_part(request.socket, length, take)
  end

  defp each_part(_socket, 0, _take), do: :ok

  defp each_part(socket, left, take) do
    case :gen_tcp.recv(socket, min(left, @piece), @receive_timeout) do
      {:ok, piece} ->
        take.(piece)
        each_part(socket, left - byte_size(piece), take)

      {:error, _closed_or_late} ->
        :gone
    end
  end

  # RFC 9112, 7.1: a size in hexadecimal on a line, that many bytes, a line end; the last one has size 0.
  defp each_chunk(socket, take) do
    :inet.setopts(socket, packet: :line)

    with {:ok, line} <- :gen_tcp.recv(socket, 0, @receive_timeout),
         {size, _extension} when size >= 0 <- Integer.parse(line, 16),
         :inet.setopts(socket, packet: :raw),
         :ok <- each_part(socket, size, take),
         {:ok, "\r\n"} <- :gen_tcp.recv(socket, 2, @receive_timeout) do
      if size == 0, do: :ok, else: each_chunk(socket, take)
    else
      _ -> :gone
    end
  end

  defp headers(_socket, 0, _headers), do: {:error, 431}

  defp headers(socket, left, headers) do
    case :gen_tcp.recv(socket, 0, @receive_timeout) do
      {:ok, {:http_header, _, name, _, value}} ->
        headers(socket, left - 1, Map.put(headers, name |> to_string() |> String.downcase(), value))

      {:ok, :http_eoh} ->
        {:ok, headers}

      {:ok, _other} ->
        {:error, 400}

      {:error, reason} when reason in [:closed, :timeout] ->
        :gone

      {:error, _too_long} ->
        {:error, 431}
    end
  end

  defp body(%{"transfer-encoding" => coding}),
    do: if(coding =~ ~r/^chunked$/i, do: {:ok, :chunked}, else: {:error, 501})

  defp body(%{"content-length" => text}) do
    case Integer.parse(text) do
      {length, ""} when length >= 0 -> {:ok, length}
      _ -> {:error, 400}
    end
  end

  defp body(_headers), do: {:ok, 0}
end
