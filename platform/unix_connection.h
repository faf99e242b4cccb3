#pragma once

#include "platform/unix_socket.h"

#include <boost/asio/local/stream_protocol.hpp>

#include <memory>

namespace doorward::platform {

/// The kernel's word on who is at the other end.
[[nodiscard]] std::expected<PeerCredentials, UnixSocketError> peer_credentials(int descriptor);

[[nodiscard]] std::shared_ptr<UnixConnection> make_unix_connection(boost::asio::local::stream_protocol::socket socket,
                                                                   PeerCredentials peer, std::size_t frame_limit);

}  // namespace doorward::platform
