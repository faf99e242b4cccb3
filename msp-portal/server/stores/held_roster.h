#pragma once

// What workstations acknowledged, as a table of SQL: device_id, tenant_id, incarnation, revision, and until when each
// takes codes by it at most: the horizon that it reported, or that of a head made when it was last heard; and an hour
// more, for the next head, whose answer may have been lost.
#define DOORWARD_HELD_ROSTER                                                                                        \
    "(SELECT d.id AS device_id, d.tenant_id, d.applied_incarnation AS incarnation, d.applied_revision AS revision," \
    " max(coalesce(d.offline_until, 0), coalesce(d.last_seen_at, d.enrolled_at) + s.offline_days * 86400000)"       \
    " + 3600000 AS until"                                                                                           \
    " FROM device d JOIN tenant_settings s ON s.tenant_id = d.tenant_id WHERE d.applied_revision IS NOT NULL) held "
