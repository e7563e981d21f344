defmodule PhoenixLike.Endpoint.Response do
  @moduledoc "Answers: whole ones, and those that come in pieces."

  alias PhoenixLike.Endpoint.{Connection, Request}

  @phrases %{
    200 => "OK",
    301 => "Moved Permanently",
    307 => "Temporary Redirect",
    400 => "Bad Request",
    403 => "Forbidden",
    404 => "Not Found",
    405 => "Method Not Allowed",
    426 => "Upgrade Required",
    431 => "Request Header Fields Too Large",
    501 => "Not Implemented"
  }

  @doc "A plain text, or what `headers` say it is. Tells whether the connection may go on: `:keep` or `:close`."
  def text(request, status, body, headers \\ []) do
    keep = stays(request)
    length = {"content-length", byte_size(body)}
    type = if List.keymember?(headers, "content-type", 0), do: [], else: [{"content-type", "text/plain; charset=utf-8"}]
    shown = if request.method == "HEAD", do: "", else: body
    send_all(request, [head(status, keep, type ++ [length | headers]), shown], keep)
  end

  @doc "The head of an answer whose length is not known; `chunk/2` and `last_chunk/1` follow."
  def begin_chunked(request, status, headers),
    do: send_all(request, head(status, request.keep, [{"transfer-encoding", "chunked"} | headers]), :keep)

  @doc "A piece of the answer; `:close` when the client has left."
  def chunk(_request, ""), do: :keep

  def chunk(request, piece),
    do: send_all(request, [Integer.to_string(byte_size(piece), 16), "\r\n", piece, "\r\n"], :keep)

  @doc "The end of the answer."
  def last_chunk(request), do: send_all(request, "0\r\n\r\n", stays(request))

  @doc "The head of an answer with a length, for bytes that follow by `bytes/2`."
  def begin_sized(request, status, length, headers),
    do: send_all(request, head(status, request.keep, [{"content-length", length} | headers]), :keep)

  @doc "Bytes as they are."
  def bytes(request, bytes), do: send_all(request, bytes, :keep)

  @doc "Whether the connection may go on: not when the client says so, nor when the node is about to stop."
  def stays(%Request{keep: keep}), do: if(keep and not Connection.draining?(), do: :keep, else: :close)

  @doc "A response's head."
  def head(status, keep, headers) do
    connection = if keep in [:keep, true], do: [], else: [{"connection", "close"}]
    lines = for {name, value} <- connection ++ headers, do: "#{name}: #{value}\r\n"
    ["HTTP/1.1 #{status} #{@phrases[status]}\r\n", lines, "\r\n"]
  end

  defp send_all(request, bytes, keep) do
    case :gen_tcp.send(request.socket, bytes) do
      :ok -> keep
      {:error, _gone} -> :close
    end
  end
end
