import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, everyPage, versioned } from "./client";
import type { AccountSwitchWish, AuditOutcome, ChangeState, RoleList } from "./types";

// The first part of a key is the topic that the live socket names (LiveEvent.topic).

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => body(api.GET("/me")),
  staleTime: 60_000,
});

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async () => (await body(api.GET("/me/sessions"))).items,
});

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: () => body(api.GET("/health")),
  staleTime: Number.POSITIVE_INFINITY,
});

export const teamQuery = queryOptions({
  queryKey: ["team"],
  queryFn: () => versioned(api.GET("/team")),
});

// Moves with what workstations say when they come back.
export const restoreQuery = queryOptions({
  queryKey: ["devices", "restore"],
  queryFn: () => body(api.GET("/restore")),
});

export const dashboardQuery = queryOptions({
  queryKey: ["dashboard"],
  queryFn: () => body(api.GET("/dashboard")),
});

export const tenantsQuery = queryOptions({
  queryKey: ["tenants", "list"],
  queryFn: () => everyPage((after, limit) => body(api.GET("/tenants", { params: { query: { after, limit } } }))),
});

export const tenantQuery = (tenant_id: string) =>
  queryOptions({
    queryKey: ["tenants", tenant_id],
    queryFn: () => versioned(api.GET("/tenants/{tenant_id}", { params: { path: { tenant_id } } })),
  });

export const accountPlanQuery = (tenant_id: string, { account_mode, account_prefix, code_scheme }: AccountSwitchWish) =>
  queryOptions({
    queryKey: ["tenants", tenant_id, "account_plan", account_mode, account_prefix, code_scheme],
    queryFn: () =>
      body(
        api.GET("/tenants/{tenant_id}/account-plan", {
          params: {
            path: { tenant_id },
            query: {
              account_mode: account_mode ?? undefined,
              account_prefix: account_prefix ?? undefined,
              code_scheme: code_scheme ?? undefined,
            },
          },
        }),
      ),
  });

export const tenantCodesQuery = (tenant_id: string) =>
  queryOptions({
    queryKey: ["tenants", tenant_id, "codes"],
    queryFn: () => body(api.GET("/tenants/{tenant_id}/codes", { params: { path: { tenant_id } } })),
  });

// Moves with what workstations say.
export const accountSwitchQuery = (tenant_id: string) =>
  queryOptions({
    queryKey: ["devices", "account_switch", tenant_id],
    queryFn: () => body(api.GET("/tenants/{tenant_id}/account-switch", { params: { path: { tenant_id } } })),
  });

export const enrolmentTokensQuery = (tenant_id: string) =>
  queryOptions({
    queryKey: ["enrolment_tokens", tenant_id],
    queryFn: () =>
      everyPage((after, limit) =>
        body(
          api.GET("/tenants/{tenant_id}/enrolment-tokens", {
            params: { path: { tenant_id }, query: { after, limit } },
          }),
        ),
      ),
  });

export const devicesQuery = (tenant_id?: string) =>
  queryOptions({
    queryKey: ["devices", "list", tenant_id ?? null],
    queryFn: () =>
      everyPage((after, limit) => body(api.GET("/devices", { params: { query: { tenant_id, after, limit } } }))),
  });

// Moves with what workstations acknowledge.
export const exposureQuery = queryOptions({
  queryKey: ["devices", "exposure"],
  queryFn: () => body(api.GET("/offline-exposure")),
});

export const removedDevicesQuery = queryOptions({
  queryKey: ["devices", "removed"],
  queryFn: () =>
    everyPage((after, limit) => body(api.GET("/removed-devices", { params: { query: { after, limit } } }))),
});

export const deviceQuery = (device_id: string) =>
  queryOptions({
    queryKey: ["devices", device_id],
    queryFn: () => versioned(api.GET("/devices/{device_id}", { params: { path: { device_id } } })),
  });

export const breakGlassQuery = (device_id: string) =>
  queryOptions({
    queryKey: ["devices", device_id, "break_glass"],
    queryFn: () => body(api.GET("/devices/{device_id}/break-glass", { params: { path: { device_id } } })),
  });

export const custodiansQuery = queryOptions({
  queryKey: ["technicians", "custodians"],
  queryFn: async () => (await body(api.GET("/custodians"))).items,
});

export const techniciansQuery = queryOptions({
  queryKey: ["technicians", "list"],
  queryFn: () => everyPage((after, limit) => body(api.GET("/technicians", { params: { query: { after, limit } } }))),
});

export const technicianQuery = (technician_id: string) =>
  queryOptions({
    queryKey: ["technicians", technician_id],
    queryFn: () => versioned(api.GET("/technicians/{technician_id}", { params: { path: { technician_id } } })),
  });

export const departmentsQuery = queryOptions({
  queryKey: ["departments", "list"],
  queryFn: async () => (await body(api.GET("/departments"))).items,
});

export const departmentQuery = (department_id: string) =>
  queryOptions({
    queryKey: ["departments", department_id],
    queryFn: () => versioned(api.GET("/departments/{department_id}", { params: { path: { department_id } } })),
  });

export const departmentsOfQuery = (technician_id: string) =>
  queryOptions({
    queryKey: ["departments", "of", technician_id],
    queryFn: async () => (await body(api.GET("/departments", { params: { query: { technician_id } } }))).items,
  });

export const deviceGroupsQuery = (tenant_id?: string) =>
  queryOptions({
    queryKey: ["device_groups", "list", tenant_id ?? null],
    queryFn: async () => (await body(api.GET("/device-groups", { params: { query: { tenant_id } } }))).items,
  });

export const deviceGroupQuery = (device_group_id: string) =>
  queryOptions({
    queryKey: ["device_groups", device_group_id],
    queryFn: () => versioned(api.GET("/device-groups/{device_group_id}", { params: { path: { device_group_id } } })),
  });

export const deviceGroupsOfQuery = (device_id: string) =>
  queryOptions({
    queryKey: ["device_groups", "of", device_id],
    queryFn: async () => (await body(api.GET("/device-groups", { params: { query: { device_id } } }))).items,
  });

// Rights, policies, departments, groups, people and workstations all speak in it.
export const entriesOfDeviceQuery = (device_id: string) =>
  queryOptions({
    queryKey: ["entries", "device", device_id],
    queryFn: async () => (await body(api.GET("/devices/{device_id}/entries", { params: { path: { device_id } } }))).items,
  });

export const entriesOfTechnicianQuery = (technician_id: string, tenant_id: string) =>
  queryOptions({
    queryKey: ["entries", "technician", technician_id, tenant_id],
    queryFn: async () =>
      (await body(api.GET("/technicians/{technician_id}/entries", { params: { path: { technician_id }, query: { tenant_id } } }))).items,
  });

export const roleListQuery = queryOptions({
  queryKey: ["rights", "roles"],
  queryFn: () => body(api.GET("/roles")),
});

export const rolesQuery = queryOptions({ ...roleListQuery, select: ({ items }: RoleList) => items });

export const roleQuery = (role_id: string) =>
  queryOptions({
    queryKey: ["rights", "role", role_id],
    queryFn: () => versioned(api.GET("/roles/{role_id}", { params: { path: { role_id } } })),
  });

export interface RightFilter {
  technician_id?: string;
  tenant_id?: string;
  device_id?: string;
  department_id?: string;
  device_group_id?: string;
  role_id?: string;
}

export const rightsQuery = (filter: RightFilter) =>
  queryOptions({
    queryKey: ["rights", "list", filter],
    queryFn: () =>
      everyPage((after, limit) => body(api.GET("/rights", { params: { query: { ...filter, after, limit } } }))),
  });

export const rightPagesQuery = (filter: RightFilter) =>
  infiniteQueryOptions({
    queryKey: ["rights", "pages", filter],
    queryFn: ({ pageParam }) =>
      body(api.GET("/rights", { params: { query: { ...filter, after: pageParam, limit: 100 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const policiesQuery = queryOptions({
  queryKey: ["policies", "list"],
  queryFn: async () => (await body(api.GET("/policies"))).items,
});

export const policyQuery = (policy_id: string) =>
  queryOptions({
    queryKey: ["policies", policy_id],
    queryFn: () => versioned(api.GET("/policies/{policy_id}", { params: { path: { policy_id } } })),
  });

export const changesQuery = (state?: ChangeState) =>
  infiniteQueryOptions({
    queryKey: ["changes", "list", state ?? null],
    queryFn: ({ pageParam }) => body(api.GET("/changes", { params: { query: { state, after: pageParam, limit: 50 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const changeQuery = (change_id: string) =>
  queryOptions({
    queryKey: ["changes", change_id],
    queryFn: () => body(api.GET("/changes/{change_id}", { params: { path: { change_id } } })),
  });

export const changeEffectQuery = (change_id: string) =>
  queryOptions({
    queryKey: ["entries", "change", change_id],
    queryFn: () => body(api.GET("/changes/{change_id}/effect", { params: { path: { change_id } } })),
  });

export interface AuditFilter {
  kind?: string;
  outcome?: AuditOutcome;
  technician_id?: string;
  device_id?: string;
  tenant_id?: string;
  from?: string;
  until?: string;
}

export const auditQuery = (filter: AuditFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ["audit_events", filter, limit],
    queryFn: ({ pageParam }) =>
      body(api.GET("/audit-events", { params: { query: { ...filter, after: pageParam, limit } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
