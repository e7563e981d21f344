defmodule PhoenixLike.WebSocket.Frame do
  @moduledoc "The frames of a WebSocket (RFC 6455, 5.2): a client's are masked, a server's are not."

  @kinds %{0 => :continuation, 1 => :text, 2 => :binary, 8 => :close, 9 => :ping, 10 => :pong}
  @codes Map.new(@kinds, fn {code, kind} -> {kind, code} end)

  @doc """
  The first frame of what a client sent, as `{kind, is_last, payload}`, and what is left; `:more` when it is not all
  there; `{:error, code}` with the code to close with.
  """
  def read(<<last::1, 0::3, code::4, 1::1, length::7, rest::binary>>, most) when is_map_key(@kinds, code) do
    case length(length, rest) do
      :more -> :more
      {_size, _rest} when code >= 8 and (length > 125 or last == 0) -> {:error, 1002}
      {size, _rest} when size > most -> {:error, 1009}
      {size, rest} -> payload(@kinds[code], last == 1, size, rest)
    end
  end

  def read(bytes, _most) when byte_size(bytes) >= 2, do: {:error, 1002}
  def read(_bytes, _most), do: :more

  @doc "A server's frame."
  def write(kind, payload) do
    size = byte_size(payload)
    head = <<1::1, 0::3, @codes[kind]::4, 0::1>>

    cond do
      size < 126 -> [<<head::bitstring, size::7>>, payload]
      size < 65_536 -> [<<head::bitstring, 126::7, size::16>>, payload]
      true -> [<<head::bitstring, 127::7, size::64>>, payload]
    end
  end

  defp payload(kind, is_last, size, bytes) do
    case bytes do
      <<mask::binary-4, payload::binary-size(size), rest::binary>> ->
        {:ok, {kind, is_last, unmask(payload, mask)}, rest}

      _not_all ->
        :more
    end
  end

  defp length(126, <<size::16, rest::binary>>), do: {size, rest}
  defp length(127, <<size::64, rest::binary>>), do: {size, rest}
  defp length(size, rest) when size < 126, do: {size, rest}
  defp length(_size, _not_all), do: :more

  defp unmask(payload, mask) do
    :crypto.exor(payload, mask |> :binary.copy(div(byte_size(payload), 4) + 1) |> binary_part(0, byte_size(payload)))
  end
end
