// Made from msp-portal/server/api/openapi.yaml by `npm run generate`; a test holds the two together.
export interface paths {
    "/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit log as signed, for doorward-verify; the pieces one behind the other are the file */
        get: operations["exportAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/changes/{change_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        get: operations["getChange"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/changes/{change_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept and apply, signed with a passkey; must be another person than the author */
        post: operations["acceptChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/changes/{change_id}/effect": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        /** Who would gain and lose which workstations if the pending change were accepted now */
        get: operations["getChangeEffect"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/changes/{change_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rejectChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/changes/{change_id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** By its author */
        post: operations["withdrawChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/custodians": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Administrators who can hold a half of a break-glass code, by name */
        get: operations["listCustodians"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getDashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/departments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All departments, or those of one member (there are few; one page) */
        get: operations["listDepartments"];
        put?: never;
        post: operations["createDepartment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/departments/{department_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                department_id: components["parameters"]["DepartmentId"];
            };
            cookie?: never;
        };
        get: operations["getDepartment"];
        put?: never;
        post?: never;
        /** Deletes it with its rights and its place in policies, at once */
        delete: operations["deleteDepartment"];
        options?: never;
        head?: never;
        patch: operations["renameDepartment"];
        trace?: never;
    };
    "/departments/{department_id}/members/{technician_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                department_id: components["parameters"]["DepartmentId"];
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        get?: never;
        /** A change where the department has rights, is in a policy or is about to get either; else at once */
        put: operations["addDepartmentMember"];
        post?: never;
        /** At once */
        delete: operations["removeDepartmentMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/device-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All groups, or those of one tenant or one member (there are few; one page) */
        get: operations["listDeviceGroups"];
        put?: never;
        post: operations["createDeviceGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/device-groups/{device_group_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_group_id: components["parameters"]["DeviceGroupId"];
            };
            cookie?: never;
        };
        get: operations["getDeviceGroup"];
        put?: never;
        post?: never;
        /** Deletes it with the rights on it and its place in policies, at once */
        delete: operations["deleteDeviceGroup"];
        options?: never;
        head?: never;
        patch: operations["renameDeviceGroup"];
        trace?: never;
    };
    "/device-groups/{device_group_id}/members/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_group_id: components["parameters"]["DeviceGroupId"];
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        get?: never;
        /** A change where there are rights on the group, it is in a policy or about to get either; else at once */
        put: operations["addDeviceGroupMember"];
        post?: never;
        /** At once */
        delete: operations["removeDeviceGroupMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Enrolled workstations, by name */
        get: operations["listDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        get: operations["getDevice"];
        put?: never;
        post?: never;
        /** The workstation must enrol anew; at once */
        delete: operations["removeDevice"];
        options?: never;
        head?: never;
        /** Rename a workstation */
        patch: operations["updateDevice"];
        trace?: never;
    };
    "/devices/{device_id}/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        /** The latest break-glass code of the workstation, and one's own half of it, sealed */
        get: operations["getBreakGlass"];
        put?: never;
        /** Have the workstation make a new code, in place of the one before; its halves are for two people */
        post: operations["orderBreakGlass"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{device_id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        /** Everybody whom a right lets into the workstation, with what else may be missing */
        get: operations["listEntriesOfDevice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{device_id}/removal-statement": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The file that a workstation wrote when Doorward was taken out of it; checked, and the workstation removed */
        post: operations["takeRemovalStatement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{device_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the suspension (a change) */
        post: operations["resumeDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{device_id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Nobody signs in there any more; at once */
        post: operations["suspendDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment-tokens/{enrolment_token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                enrolment_token_id: components["parameters"]["EnrolmentTokenId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["revokeEnrolmentToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the portal serves and its store answers */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A fresh pairing link (15 minutes); may be repeated until a phone is paired */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations/look-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an invitation link is for */
        post: operations["lookUpInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** WebSocket that says what changed; its messages are LiveEvent */
        get: operations["openLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, and what they may do */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/custodian-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The agreement key of one of this person's passkeys, to which halves of break-glass codes are sealed */
        put: operations["registerCustodianKey"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/passkeys/{passkey_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove one of this person's passkeys and end the sessions it opened; never the last one that works */
        delete: operations["removeOwnPasskey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The live sessions of the person of this session, last used first */
        get: operations["listOwnSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["endOwnSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/sessions/end-others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all sessions of this person but this one */
        post: operations["endOtherSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/offline-exposure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom workstations that have not heard the newest roster would still let in by code, and until when */
        get: operations["getOfflineExposure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listPolicies"];
        put?: never;
        /** Pending until another person accepts it (a change) */
        post: operations["createPolicy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/{policy_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                policy_id: components["parameters"]["PolicyId"];
            };
            cookie?: never;
        };
        get: operations["getPolicy"];
        /** A new version (a change); until it is accepted the policy stays as it is */
        put: operations["revisePolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/{policy_id}/retire": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                policy_id: components["parameters"]["PolicyId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** At once and for good */
        post: operations["retirePolicy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/removed-devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Workstations that were removed, by name, and what they said about it */
        get: operations["listRemovedDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What workstations hold and the backup that this portal came back from does not; null where nothing waits */
        get: operations["getRestore"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/restore/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept the backup, signed with a passkey; workstations are told from then on. By two people where the team has them */
        post: operations["acceptRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rights; a filter shows what reaches the technician, tenant or device, also by way of everyone or all devices */
        get: operations["listRights"];
        put?: never;
        /** Grant a right (a change) */
        post: operations["grantRight"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rights/{right_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                right_id: components["parameters"]["RightId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** At once */
        delete: operations["revokeRight"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All roles (there are few; one page), and the permissions that a role can have */
        get: operations["listRoles"];
        put?: never;
        /** A role that nobody has yet */
        post: operations["createRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles/{role_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                role_id: components["parameters"]["RoleId"];
            };
            cookie?: never;
        };
        get: operations["getRole"];
        put?: never;
        post?: never;
        /** Deletes the role and each right with it, at once */
        delete: operations["deleteRole"];
        options?: never;
        head?: never;
        /** Name and permissions; what is taken from those who have the role goes at once, what is given to them is a change */
        patch: operations["updateRole"];
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a passkey; sets the session cookie */
        post: operations["signIn"];
        /** End this session */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/nonce": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A nonce for signing in, good once for 2 minutes */
        post: operations["createSessionNonce"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/set-up/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register the administrator's passkey; uses up the link; sets the session cookie where `state` is `active` */
        post: operations["completeSetUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/set-up/look-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a set-up link is for */
        post: operations["lookUpSetUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/team": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTeam"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Rename the team, set the prefix of account names */
        patch: operations["updateTeam"];
        trace?: never;
    };
    "/technicians": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Technicians, by name */
        get: operations["listTechnicians"];
        put?: never;
        /** Invite a technician; each right wished for is a change of its own */
        post: operations["inviteTechnician"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        get: operations["getTechnician"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}/administrator-link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A set-up link with which an administrator registers a passkey for this portal
         * @description For technicians with a right of administration. The passkey registered with it makes a change that another person accepts.
         */
        post: operations["createAdministratorLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** No sign-in anywhere any more; at once */
        post: operations["disableTechnician"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the disabling (a change) */
        post: operations["enableTechnician"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        /** Every workstation of one tenant into which a right lets the technician, with what else may be missing */
        get: operations["listEntriesOfTechnician"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}/entries/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        /** Why the technician may enter the workstation, or the first thing that is missing */
        get: operations["getEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}/pairing-link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A pairing link for an activated technician, who may have two phones
         * @description The phone paired with it makes a change that another person accepts.
         */
        post: operations["createPairingLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}/resend-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new invitation link; the old one is no longer good */
        post: operations["resendInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}/reset-phone": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends all phones of the technician at once and makes a new pairing link
         * @description The phone paired with it makes a change that another person accepts.
         */
        post: operations["resetPhone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/technicians/{technician_id}/withdraw-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Removes a technician who is still invited, with the rights given in advance */
        post: operations["withdrawInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers, by name */
        get: operations["listTenants"];
        put?: never;
        post: operations["createTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        get: operations["getTenant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Rename a customer */
        patch: operations["updateTenant"];
        trace?: never;
    };
    "/tenants/{tenant_id}/account-plan": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        /** What other accounts would mean; a value left out is the team's */
        get: operations["planAccountSwitch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}/account-switch": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        /** The last switch, what to apply to take it back, and how far each workstation is */
        get: operations["getAccountSwitch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        get?: never;
        /** Apply such a plan; workstations follow at once, or when they return; one secret for all codes is a change */
        put: operations["switchAccounts"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}/codes": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        /** The codes of a customer that has one secret for all its confirmed workstations */
        get: operations["getTenantCodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}/codes/confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Propose that these workstations may have the secret */
        post: operations["confirmWorkstations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}/codes/readings": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an authenticator app scans; for each technician of the customer once a secret, and recorded */
        post: operations["readTenantCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}/codes/replace": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new secret takes the old one's place, at once or after an overlap */
        post: operations["replaceTenantCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}/enrolment-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        get: operations["listEnrolmentTokens"];
        put?: never;
        /** The token itself is in this answer only */
        post: operations["createEnrolmentToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the suspension (a change) */
        post: operations["resumeTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{tenant_id}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Set the offline days; fewer apply at once, more are a change */
        patch: operations["updateTenantSettings"];
        trace?: never;
    };
    "/tenants/{tenant_id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Nobody signs in at this customer any more; at once */
        post: operations["suspendTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @enum {string} */
        AccountMode: "named" | "shared";
        AccountPlan: {
            after: components["schemas"]["AccountRules"];
            before: components["schemas"]["AccountRules"];
            /** @description When the last session in each has ended */
            locked: components["schemas"]["PlannedAccount"][];
            /** @description When first signed in with */
            made: components["schemas"]["PlannedAccount"][];
            workstations: {
                /** @description Not connected: it follows when it returns */
                connected: boolean;
                id: components["schemas"]["Id"];
                last_seen_at: null | components["schemas"]["Time"];
                name: string;
                /** @description As last reported */
                sessions: number;
            }[];
        };
        AccountPrefix: string;
        AccountRules: {
            account_mode: components["schemas"]["AccountMode"];
            account_prefix: string;
            code_scheme: components["schemas"]["CodeScheme"];
            /** @description Also where nobody uses it yet */
            shared_account: string;
        };
        AccountSwitch: {
            last: null | {
                at: components["schemas"]["Time"];
                before: components["schemas"]["AccountWish"];
                by: components["schemas"]["Reference"];
                code_scheme_before: components["schemas"]["CodeScheme"];
            };
            workstations: {
                connected: boolean;
                id: components["schemas"]["Id"];
                last_seen_at: null | components["schemas"]["Time"];
                name: string;
                /** @description Old ones somebody is still signed in with */
                open_accounts: string[];
                /** @enum {string} */
                progress: "waiting" | "following" | "still_open" | "conflict" | "done";
            }[];
        };
        /** @description What a customer wants itself; null is as the team has it, and as they are for the codes */
        AccountSwitchWish: {
            account_mode: null | components["schemas"]["AccountMode"];
            account_prefix: null | components["schemas"]["AccountPrefix"];
            code_scheme: null | components["schemas"]["CodeScheme"];
        };
        /** @description What a customer wants itself; null is as the team has it */
        AccountWish: {
            account_mode: null | components["schemas"]["AccountMode"];
            account_prefix: null | components["schemas"]["AccountPrefix"];
        };
        /** @enum {string} */
        AdministrationPermission: "approve_access_policies" | "audit_log" | "billing" | "branding" | "permanent_access" | "technicians_and_settings";
        AdminSession: {
            /** @description Where it was opened from */
            address: string;
            created_at: components["schemas"]["Time"];
            /** @description Whether it is the session of this call */
            current: boolean;
            expires_at: components["schemas"]["Time"];
            id: components["schemas"]["Id"];
            last_used_at: components["schemas"]["Time"];
            passkey: components["schemas"]["Reference"];
            /** @description What the browser says it is; may be empty */
            user_agent: string;
        };
        AdminSessionList: {
            items: components["schemas"]["AdminSession"][];
        };
        Assertion: {
            authenticator_data: components["schemas"]["Bytes"];
            client_data_json: components["schemas"]["Bytes"];
            credential_id: components["schemas"]["Bytes"];
            signature: components["schemas"]["Bytes"];
        };
        AuditEvent: {
            account: string | null;
            /** @description Who did it in the portal */
            actor: null | components["schemas"]["Reference"];
            at: components["schemas"]["Time"];
            clock_trusted: boolean;
            count: number;
            device: null | components["schemas"]["Reference"];
            duration_ms: number | null;
            hash: components["schemas"]["Bytes"];
            id: components["schemas"]["Id"];
            kind: string;
            outcome: components["schemas"]["AuditOutcome"];
            reason: string | null;
            received_at: components["schemas"]["Time"];
            remote_host: string | null;
            request_id: string | null;
            /** @description In the chain of its source */
            sequence: number;
            service: string | null;
            session_id: string | null;
            /** @enum {string} */
            source: "portal" | "device";
            /** @description Why, in the technician's own words, where a policy asked; only of who was let in */
            stated_reason: string | null;
            subject_id: null | components["schemas"]["Id"];
            /** @description What a portal event changed: tenant, device, right, change, enrolment_token, team, phone, passkey */
            subject_kind: string | null;
            subject_name: string | null;
            /** @description Whom it concerns */
            technician: null | components["schemas"]["Reference"];
            tenant: null | components["schemas"]["Reference"];
            terminal: string | null;
            ticket: string | null;
        };
        /** @enum {string} */
        AuditOutcome: "success" | "refused" | "failed" | "noted";
        AuditPage: {
            items: components["schemas"]["AuditEvent"][];
            next: string | null;
        };
        BreakGlass: {
            custodians: {
                technician: components["schemas"]["Reference"];
                /** @description Whether they are still an administrator with that key */
                works: boolean;
            }[];
            made_at: null | components["schemas"]["Time"];
            ordered_at: components["schemas"]["Time"];
            ordered_by: components["schemas"]["Reference"];
            own_half: null | components["schemas"]["OwnHalf"];
            /** @enum {string} */
            state: "ordered" | "ready" | "used" | "replaced";
            used_at: null | components["schemas"]["Time"];
        };
        BreakGlassOrder: {
            custodian_ids: components["schemas"]["Id"][];
        };
        BreakGlassState: {
            break_glass: null | components["schemas"]["BreakGlass"];
        };
        /** @description base64url without padding */
        Bytes: string;
        Change: {
            author: components["schemas"]["Reference"];
            created_at: components["schemas"]["Time"];
            decided_at: null | components["schemas"]["Time"];
            decided_by: null | components["schemas"]["Reference"];
            difference: {
                after: string | null;
                before: string | null;
                /** @enum {string} */
                field: "role" | "object" | "valid_from" | "valid_until" | "status" | "offline_days" | "longest_session_minutes" | "suspended" | "quarantine" | "phone" | "passkey" | "key_fingerprint" | "strength" | "code_scheme" | "workstation" | "member" | "rights" | "permissions" | "holders" | "name" | "description" | "kind" | "devices" | "subjects" | "time_windows" | "ticket" | "reason" | "approvers" | "end_behaviour";
            }[];
            id: components["schemas"]["Id"];
            kind: components["schemas"]["ChangeKind"];
            /** @description Whether the person of this session may accept it */
            may_accept: boolean;
            /** @description The exact bytes that are applied, and that whoever accepts signs; JSON with kind, subject and difference as above */
            payload: components["schemas"]["Bytes"];
            reason: string | null;
            state: components["schemas"]["ChangeState"];
            /** @description Whom or what it concerns */
            subject: {
                id: null | components["schemas"]["Id"];
                /** @enum {string} */
                kind: "technician" | "department" | "everyone" | "tenant" | "device" | "device_group" | "role" | "policy";
                name: string | null;
            };
        };
        /**
         * @description By a working passkey of the person of this session, over H(change, id of the change, payload): what was seen is what is
         *     accepted. The page computes the challenge itself, from the bytes it shows
         */
        ChangeAcceptance: {
            assertion: components["schemas"]["Assertion"];
        };
        /** @enum {string} */
        ChangeKind: "right_grant" | "technician_enable" | "tenant_offline_days" | "tenant_longest_session" | "tenant_resume" | "device_resume" | "phone_pairing" | "administrator_passkey" | "tenant_code_scheme" | "workstation_confirmation" | "department_join" | "device_group_join" | "role_widen" | "policy_activate";
        ChangePage: {
            items: components["schemas"]["Change"][];
            next: string | null;
        };
        ChangeResult: {
            change: components["schemas"]["Change"];
        };
        /** @enum {string} */
        ChangeState: "pending" | "accepted" | "rejected" | "withdrawn" | "applied_alone";
        /** @enum {string} */
        CodeScheme: "per_machine" | "per_tenant";
        Custodian: {
            /** @description Its label */
            passkey: string;
            registered_at: components["schemas"]["Time"];
            technician: components["schemas"]["Reference"];
        };
        /**
         * @description The X25519 key that the passkey makes by its PRF, and by the same passkey an assertion over
         *     H(custodian-key, team, technician, agreement key)
         */
        CustodianKeyRegistration: {
            agreement_key: components["schemas"]["Bytes"];
            proof: components["schemas"]["Assertion"];
        };
        CustodianList: {
            items: components["schemas"]["Custodian"][];
        };
        Dashboard: {
            /** @description Sign-ins of the last week by a code that another workstation had taken */
            codes_used_twice: number;
            devices: number;
            devices_connected: number;
            /** @description Whom some workstation would still let in */
            exposed_technicians: number;
            /** @description That would still let in somebody from whom that was taken */
            exposed_workstations: number;
            pending_changes: number;
            /** @description In the last 24 hours */
            refusals_today: number;
            /** @description In the last 24 hours */
            sign_ins_today: number;
            /** @description Activated and active */
            technicians: number;
            technicians_invited: number;
            tenants: number;
            /** @description Of which the portal does not know what they hold */
            unjudged_workstations: number;
        };
        Department: {
            id: components["schemas"]["Id"];
            member_count: number;
            /** @description Empty in a list */
            members: components["schemas"]["Reference"][];
            name: string;
            /** @description Those that name it; empty in a list */
            policies: components["schemas"]["Reference"][];
            rights: number;
        };
        DepartmentList: {
            items: components["schemas"]["Department"][];
        };
        Device: {
            accounts: {
                name: string;
                state: string;
            }[];
            agent_version: string | null;
            /** @description How far its clock is ahead of the portal's (negative, behind); null while it is not connected */
            clock_drift_ms: number | null;
            clock_trusted: boolean | null;
            connected: boolean;
            enrolled_at: components["schemas"]["Time"];
            id: components["schemas"]["Id"];
            /** @description First 16 hexadecimal digits of SHA-256 of the signing key */
            key_fingerprint: string;
            /**
             * @description What keeps the key of its store; null where it has not said so
             * @enum {string|null}
             */
            key_place: "file" | "tpm2" | "systemd_creds" | null;
            /** @enum {string} */
            kind: "domain" | "non_domain";
            last_seen_at: null | components["schemas"]["Time"];
            name: string;
            offline_until: null | components["schemas"]["Time"];
            operating_system: string;
            /**
             * @description Why it is quarantined; null where it is not
             * @enum {string|null}
             */
            quarantine_reason: "rolled_back" | "second_machine" | "chain_forked" | "another_machine" | null;
            /** @description Sessions open now */
            sessions: number | null;
            state: components["schemas"]["DeviceState"];
            tenant: components["schemas"]["Reference"];
            /** @description Whether it has applied the newest roster */
            up_to_date: boolean;
        };
        DeviceGroup: {
            id: components["schemas"]["Id"];
            member_count: number;
            /** @description Empty in a list */
            members: components["schemas"]["Reference"][];
            name: string;
            /** @description Those that name it; empty in a list */
            policies: components["schemas"]["Reference"][];
            rights: number;
            tenant: components["schemas"]["Reference"];
        };
        DeviceGroupList: {
            items: components["schemas"]["DeviceGroup"][];
        };
        DevicePage: {
            items: components["schemas"]["Device"][];
            next: string | null;
        };
        /** @enum {string} */
        DeviceState: "active" | "suspended" | "quarantined";
        DeviceUpdate: {
            name: components["schemas"]["Name"];
        };
        /** @description Who could enter which workstations that they cannot enter now, and the other way round */
        Effect: {
            gains: components["schemas"]["Shift"][];
            losses: components["schemas"]["Shift"][];
        };
        EnrolmentToken: {
            created_at: components["schemas"]["Time"];
            created_by: null | components["schemas"]["Reference"];
            expires_at: components["schemas"]["Time"];
            id: components["schemas"]["Id"];
            label: string | null;
            /** @enum {string} */
            state: "open" | "used" | "expired" | "revoked";
            tenant_id: components["schemas"]["Id"];
            uses: number;
            uses_allowed: number;
        };
        EnrolmentTokenCreate: {
            label: null | components["schemas"]["Name"];
            uses_allowed: number;
            valid_hours: number;
        };
        EnrolmentTokenCreated: {
            enrolment_token: components["schemas"]["EnrolmentToken"];
            /** @description Ready line for a shell on Linux; the token goes by standard input */
            install_command: string;
            /** @description Shown once */
            token: string;
        };
        EnrolmentTokenPage: {
            items: components["schemas"]["EnrolmentToken"][];
            next: string | null;
        };
        Entry: {
            /** @description Empty for somebody whom no right reaches */
            account: string;
            /**
             * @description conditional: may enter if what `missing` says holds at that moment, which the workstation alone can judge
             * @enum {string}
             */
            answer: "allowed" | "conditional" | "refused";
            device: components["schemas"]["Reference"];
            /** @description When the last of the rights and policies that stand now ends */
            ends_at: null | components["schemas"]["Time"];
            /** @description The first thing */
            missing: null | components["schemas"]["SignInRefusal"];
            offline: {
                /** @enum {string|null} */
                obstacle: "no_phone" | "never_synced" | "horizon_passed" | null;
                possible: boolean;
                /** @description The workstation's horizon as it last said it */
                until: null | components["schemas"]["Time"];
                /** @description False: the workstation still decides by an older roster */
                up_to_date: boolean;
            };
            online: {
                /**
                 * @description Null also where the answer is refused
                 * @enum {string|null}
                 */
                obstacle: "no_phone" | "away" | null;
                possible: boolean;
            };
            /** @description Active ones that cover both */
            policies: {
                missing: null | components["schemas"]["SignInRefusal"];
                policy: components["schemas"]["Reference"];
                valid_from: null | components["schemas"]["Time"];
                valid_until: null | components["schemas"]["Time"];
            }[];
            rights: components["schemas"]["Right"][];
            technician: components["schemas"]["Reference"];
            tenant: components["schemas"]["Reference"];
        };
        EntryList: {
            items: components["schemas"]["Entry"][];
        };
        Exposure: {
            account: string;
            device: components["schemas"]["Reference"];
            /** @description Of the roster that the workstation acknowledged */
            held_revision: number;
            last_seen_at: null | components["schemas"]["Time"];
            newest_revision: number;
            /**
             * @description What keeps them out where the newest roster is known
             * @enum {string}
             */
            reason: "phone_removed" | "team_suspended" | "tenant_suspended" | "device_suspended" | "technician_unknown" | "technician_not_activated" | "technician_disabled" | "no_right" | "right_not_in_force" | "no_policy" | "policy_not_in_force";
            technician: components["schemas"]["Reference"];
            /** @description No technician of this customer any more */
            technician_is_gone: boolean;
            tenant: components["schemas"]["Reference"];
            until: components["schemas"]["Time"];
        };
        Health: {
            /** @enum {string} */
            state: "ok";
            version: string;
        };
        /** @enum {string} */
        HomeKeeping: "kept" | "fresh";
        /** Format: uuid */
        Id: string;
        Invitation: {
            expires_at: components["schemas"]["Time"];
            team: components["schemas"]["Reference"];
            technician: {
                id: components["schemas"]["Id"];
                name: string;
                username: string;
            };
        };
        InvitationResult: {
            changes: components["schemas"]["Change"][];
            expires_at: components["schemas"]["Time"];
            /** @description To copy; shown once */
            link: string;
            /** @description Whether a mail is on its way */
            mailed: boolean;
            technician: components["schemas"]["Technician"];
        };
        LinkSecret: {
            secret: components["schemas"]["Bytes"];
        };
        /** @description Something changed; refetch. `ids` names what, where it is known. `hello` comes first. */
        LiveEvent: {
            ids: components["schemas"]["Id"][];
            /** @enum {string|null} */
            topic: "team" | "tenants" | "devices" | "enrolment_tokens" | "technicians" | "departments" | "device_groups" | "rights" | "policies" | "changes" | "audit_events" | null;
            /** @enum {string} */
            type: "hello" | "changed";
        };
        Me: {
            /** @description Origin of the phone app */
            app_origin: string;
            /** @description Whether the portal can send mail */
            mail: boolean;
            owner: boolean;
            /** @description Permissions of administration */
            permissions: components["schemas"]["AdministrationPermission"][];
            session: {
                expires_at: components["schemas"]["Time"];
                idle_minutes: number;
            };
            team: components["schemas"]["Reference"];
            technician: {
                email: string | null;
                id: components["schemas"]["Id"];
                name: string;
                username: string;
            };
        };
        Name: string;
        NameBody: {
            name: components["schemas"]["Name"];
        };
        NewDeviceGroup: {
            name: components["schemas"]["Name"];
            tenant_id: components["schemas"]["Id"];
        };
        NewRole: {
            name: components["schemas"]["Name"];
            permissions: string[];
            /** @enum {string} */
            purpose: "devices" | "invitations" | "administration";
        };
        OfflineExposure: {
            as_of: components["schemas"]["Time"];
            items: components["schemas"]["Exposure"][];
            /** @description How many are not listed */
            more: number;
            technicians: number;
            unjudged: components["schemas"]["UnjudgedWorkstation"][];
            /** @description Also those that are not listed */
            unjudged_workstations: number;
            workstations: number;
        };
        /** @description What the person of this session needs to open their half with their passkey */
        OwnHalf: {
            agreement_key: components["schemas"]["Bytes"];
            credential_id: components["schemas"]["Bytes"];
            device_id: components["schemas"]["Id"];
            order_id: components["schemas"]["Id"];
            sealed: components["schemas"]["Bytes"];
            team_id: components["schemas"]["Id"];
            technician_id: components["schemas"]["Id"];
        };
        PairingLink: {
            expires_at: components["schemas"]["Time"];
            link: string;
        };
        Passkey: {
            created_at: components["schemas"]["Time"];
            id: components["schemas"]["Id"];
            label: string;
            last_used_at: null | components["schemas"]["Time"];
            /** @enum {string} */
            state: "active" | "waiting_for_acceptance";
        };
        PerhapsChange: {
            change: null | components["schemas"]["Change"];
        };
        Phone: {
            created_at: components["schemas"]["Time"];
            id: components["schemas"]["Id"];
            label: string;
            last_used_at: null | components["schemas"]["Time"];
            serial: number;
            /** @enum {string} */
            state: "active" | "waiting_for_acceptance";
            /** @enum {string} */
            strength: "device_bound" | "synced" | "without_prf";
        };
        PlannedAccount: {
            name: string;
            technician: null | components["schemas"]["Reference"];
        };
        Policy: {
            conditions: components["schemas"]["PolicyConditions"];
            description: string;
            devices: components["schemas"]["PolicyDevices"];
            id: components["schemas"]["Id"];
            /** @enum {string} */
            kind: "domain" | "non_domain" | "any";
            name: string;
            /** @description The names behind the ids above; what is gone has none */
            names: components["schemas"]["Reference"][];
            /** @description What waits to be accepted about it */
            pending_change_id: null | components["schemas"]["Id"];
            /** @description The one a team starts with: all devices, all who hold a right */
            start_policy: boolean;
            /** @enum {string} */
            state: "pending" | "active" | "retired" | "rejected";
            subjects: components["schemas"]["PolicySubjects"];
            valid_from: components["schemas"]["Time"];
            valid_until: null | components["schemas"]["Time"];
        };
        PolicyConditions: {
            /** @description One of these technicians has to approve; none means nobody */
            approver_ids: components["schemas"]["Id"][];
            /** @enum {string} */
            end_behaviour: "end_session" | "keep_until_logout";
            longest_session_minutes: number | null;
            reason_required: boolean;
            /** @description # is a digit, @ a letter, * any letters and digits, everything else itself */
            ticket_pattern: string | null;
            ticket_required: boolean;
            /** @description Minutes of the device's local week from Monday 00:00; none means always */
            time_windows: {
                from_minute: number;
                to_minute: number;
            }[];
        };
        PolicyDevices: {
            all: boolean;
            device_ids: components["schemas"]["Id"][];
            group_ids: components["schemas"]["Id"][];
        };
        PolicyDraft: {
            conditions: components["schemas"]["PolicyConditions"];
            description: string;
            devices: components["schemas"]["PolicyDevices"];
            /** @enum {string} */
            kind: "domain" | "non_domain" | "any";
            name: components["schemas"]["Name"];
            subjects: components["schemas"]["PolicySubjects"];
            /** @description null means from now */
            valid_from: null | components["schemas"]["Time"];
            valid_until: null | components["schemas"]["Time"];
        };
        PolicyList: {
            items: components["schemas"]["Policy"][];
        };
        PolicyProposed: {
            change: components["schemas"]["Change"];
            policy: components["schemas"]["Policy"];
        };
        PolicySubjects: {
            all: boolean;
            department_ids: components["schemas"]["Id"][];
            directory_imported: boolean;
            technician_ids: components["schemas"]["Id"][];
        };
        Problem: {
            detail: string;
            errors: {
                path: string;
                reason: string;
            }[];
            request_id: string;
            status: number;
            title: string;
            type: string;
        };
        Reason: {
            reason: string;
        };
        /** @description Who or what, with the name to show */
        Reference: {
            id: components["schemas"]["Id"];
            name: string;
        };
        Registration: {
            attestation_object: components["schemas"]["Bytes"];
            client_data_json: components["schemas"]["Bytes"];
            credential_id: components["schemas"]["Bytes"];
        };
        RemovalStatement: {
            agent_version: string;
            at: components["schemas"]["Time"];
            /** @description Who brought the file; null where it came from the workstation itself */
            brought_by: null | components["schemas"]["Reference"];
            clock_trusted: boolean;
            /** @description Sessions that were open were ended for it */
            forced: boolean;
            host_name: string;
            items: {
                /** @enum {string} */
                fate: "removed" | "kept" | "archived" | "remained";
                name: string;
                /** @description Where it is now */
                note: string | null;
                /** @enum {string} */
                part: "account" | "home" | "pam" | "name_service" | "uid_range" | "sudoers" | "sshd" | "program";
            }[];
            /** @description Events of its audit chain that never came; null where what came is not that chain */
            missing_events: number | null;
            /** @description How many items are not listed */
            more: number;
            received_at: components["schemas"]["Time"];
        };
        RemovedDevice: {
            id: components["schemas"]["Id"];
            last_seen_at: null | components["schemas"]["Time"];
            name: string;
            removed_at: components["schemas"]["Time"];
            /** @description Null where the workstation never said that Doorward was taken out of it */
            statement: null | components["schemas"]["RemovalStatement"];
            tenant: components["schemas"]["Reference"];
        };
        RemovedDevicePage: {
            items: components["schemas"]["RemovedDevice"][];
            next: string | null;
        };
        Restore: {
            /** @description The first of two who have to */
            accepted_by: null | components["schemas"]["Reference"];
            devices: components["schemas"]["RestoreReport"][];
            incarnation: components["schemas"]["Id"];
            may_accept: boolean;
            /** @description Another person will have to accept as well */
            needs_another_person: boolean;
            payload: components["schemas"]["Bytes"];
            restored_at: components["schemas"]["Time"];
            team_id: components["schemas"]["Id"];
            /** @description Workstations that connected and are not in the backup; not proven, 1000 at most */
            unknown_devices: number;
        };
        /** @description By a working passkey of the person of this session, over H(change, incarnation, payload). The page computes the challenge itself */
        RestoreAcceptance: {
            assertion: components["schemas"]["Assertion"];
        };
        RestoreReport: {
            connected: boolean;
            /** @description Audit events it has and the portal has not got back yet */
            events_lacking: number;
            id: components["schemas"]["Id"];
            name: string;
            /** @description When it first came back; null where it has not */
            reported_at: null | components["schemas"]["Time"];
            /** @description `newer`: how many changes of the roster the backup lacks */
            revisions_lacking: number;
            /**
             * @description Its roster beside the backup's. `other_life`: from after another restore that the backup does not know
             * @enum {string}
             */
            roster: "none" | "same" | "older" | "newer" | "other_life";
            tenant: components["schemas"]["Reference"];
        };
        RestoreState: {
            restore: null | components["schemas"]["Restore"];
        };
        Right: {
            created_at: components["schemas"]["Time"];
            id: components["schemas"]["Id"];
            in_force: boolean;
            object: components["schemas"]["RightObject"];
            object_name: string | null;
            role: components["schemas"]["Reference"];
            subject: components["schemas"]["RightSubject"];
            subject_name: string | null;
            valid_from: components["schemas"]["Time"];
            valid_until: null | components["schemas"]["Time"];
        };
        RightGrant: {
            object: components["schemas"]["RightObject"];
            role_id: components["schemas"]["Id"];
            subject: components["schemas"]["RightSubject"];
            /** @description null means from now */
            valid_from: null | components["schemas"]["Time"];
            valid_until: null | components["schemas"]["Time"];
        };
        RightObject: {
            id: null | components["schemas"]["Id"];
            /** @enum {string} */
            kind: "device" | "device_group" | "tenant" | "all_devices" | "section";
            /** @enum {string|null} */
            section: "permanent_access" | "quick_support" | "team" | null;
        };
        RightPage: {
            items: components["schemas"]["Right"][];
            next: string | null;
        };
        RightSubject: {
            id: null | components["schemas"]["Id"];
            /** @enum {string} */
            kind: "technician" | "department" | "everyone";
        };
        RightWish: {
            object: components["schemas"]["RightObject"];
            role_id: components["schemas"]["Id"];
            valid_from: null | components["schemas"]["Time"];
            valid_until: null | components["schemas"]["Time"];
        };
        Role: {
            id: components["schemas"]["Id"];
            name: string;
            permissions: string[];
            /** @enum {string} */
            purpose: "devices" | "invitations" | "administration";
            /** @description How many rights there are with it */
            rights: number;
            /** @description The same in every team; cannot be changed or deleted */
            system: boolean;
        };
        RoleList: {
            items: components["schemas"]["Role"][];
            /** @description What guards a function that is there, in the order to show it in */
            permissions: {
                name: string;
                /** @enum {string} */
                purpose: "devices" | "invitations" | "administration";
            }[];
        };
        RoleUpdate: {
            name: components["schemas"]["Name"];
            permissions: string[];
        };
        RoleUpdated: {
            change: null | components["schemas"]["Change"];
            role: components["schemas"]["Role"];
        };
        SessionNonce: {
            nonce: components["schemas"]["Bytes"];
            rp_id: string;
        };
        /** @description Registration challenge: H(admin-register, technician 16, secret 32); user.id = technician 16 bytes; algorithms -7, -8; residentKey and userVerification required; attestation none */
        SetUp: {
            expires_at: components["schemas"]["Time"];
            id: components["schemas"]["Id"];
            /** @enum {string} */
            kind: "owner" | "recovery" | "administrator";
            rp_id: string;
            team: components["schemas"]["Reference"];
            technician: {
                email: string | null;
                id: components["schemas"]["Id"];
                name: string;
                username: string;
            };
        };
        SetUpCompletion: {
            /** @description Name of the passkey */
            label: components["schemas"]["Name"];
            /** @description Who the owner is; required where `kind` is `owner`, null otherwise */
            owner: null | {
                email: string | null;
                name: components["schemas"]["Name"];
                team_name: components["schemas"]["Name"];
                username: components["schemas"]["Username"];
            };
            registration: components["schemas"]["Registration"];
            secret: components["schemas"]["Bytes"];
        };
        SetUpLink: {
            expires_at: components["schemas"]["Time"];
            link: string;
            mailed: boolean;
        };
        SetUpResult: {
            me: null | components["schemas"]["Me"];
            /** @enum {string} */
            state: "active" | "waiting_for_acceptance";
        };
        Shift: {
            device_count: number;
            /** @description The first five */
            devices: components["schemas"]["Reference"][];
            technician: components["schemas"]["Reference"];
        };
        SignedStatement: {
            body: string;
            signature: string;
        };
        SignIn: {
            assertion: components["schemas"]["Assertion"];
            nonce: components["schemas"]["Bytes"];
        };
        /** @enum {string} */
        SignInRefusal: "team_suspended" | "tenant_suspended" | "device_suspended" | "technician_unknown" | "technician_not_activated" | "technician_disabled" | "no_right" | "right_not_in_force" | "no_policy" | "policy_not_in_force" | "outside_time_window" | "reason_required" | "ticket_required" | "ticket_malformed" | "approval_required";
        Team: {
            account_mode: components["schemas"]["AccountMode"];
            /** @description Account name = prefix + username */
            account_prefix: string;
            /** @description People who can accept changes; with 1 changes are applied alone */
            administrators: number;
            created_at: components["schemas"]["Time"];
            id: components["schemas"]["Id"];
            name: string;
            owner: components["schemas"]["Reference"];
            /** @description The portal came back from a backup then, and that has not been accepted; workstations are told nothing */
            restored_at: null | components["schemas"]["Time"];
            suspended: boolean;
        };
        TeamUpdate: {
            account_mode: components["schemas"]["AccountMode"];
            account_prefix: components["schemas"]["AccountPrefix"];
            name: components["schemas"]["Name"];
        };
        Technician: {
            /** @description Name of the account on workstations */
            account: string;
            activated_at: null | components["schemas"]["Time"];
            /** @description Holds a right of administration */
            administrator: boolean;
            created_at: components["schemas"]["Time"];
            email: string | null;
            id: components["schemas"]["Id"];
            invitation: null | {
                expired: boolean;
                expires_at: components["schemas"]["Time"];
                sent_to: string | null;
            };
            name: string;
            owner: boolean;
            /** @description Passkeys for this portal */
            passkeys: components["schemas"]["Passkey"][];
            phones: components["schemas"]["Phone"][];
            state: components["schemas"]["TechnicianState"];
            status: components["schemas"]["TechnicianStatus"];
            status_reason: string | null;
            username: string;
        };
        TechnicianInvite: {
            email: string | null;
            name: components["schemas"]["Name"];
            rights: components["schemas"]["RightWish"][];
            username: components["schemas"]["Username"];
        };
        TechnicianPage: {
            items: components["schemas"]["Technician"][];
            next: string | null;
        };
        /** @enum {string} */
        TechnicianState: "invitation" | "activated";
        /** @enum {string} */
        TechnicianStatus: "active" | "disabled";
        Tenant: {
            created_at: components["schemas"]["Time"];
            devices: number;
            devices_connected: number;
            id: components["schemas"]["Id"];
            name: string;
            settings: {
                account_mode: components["schemas"]["AccountMode"];
                /** @description Its own or the team's */
                account_prefix: string;
                code_scheme: components["schemas"]["CodeScheme"];
                homes: components["schemas"]["HomeKeeping"];
                longest_session_minutes: number;
                offline_days: number;
                own: components["schemas"]["AccountWish"];
                shared_account: string | null;
                /** @enum {string} */
                sudo_asks: "nothing" | "every_time";
            };
            suspended: boolean;
        };
        TenantCodes: {
            /**
             * @description Whether the caller can be shown it
             * @enum {string}
             */
            may_read: "yes" | "read_before" | "no_right";
            overlap_hours: number;
            /** @description Who was shown the secret in use */
            readings: {
                at: components["schemas"]["Time"];
                technician: components["schemas"]["Reference"];
            }[];
            /** @description That count now, the one in use first; none where codes are per machine */
            secrets: {
                ends_at: null | components["schemas"]["Time"];
                /** @description The two characters behind a workstation's name in its prompt */
                key_id: string;
                made_at: components["schemas"]["Time"];
            }[];
            workstations: {
                /** @description It has the secret; elsewhere codes stay per machine */
                confirmed: boolean;
                id: components["schemas"]["Id"];
                name: string;
            }[];
        };
        TenantCodesReplacement: {
            /** @description The old secret counts no more */
            at_once: boolean;
        };
        TenantCreate: {
            name: components["schemas"]["Name"];
        };
        TenantPage: {
            items: components["schemas"]["Tenant"][];
            next: string | null;
        };
        TenantSettingsResult: {
            change: null | components["schemas"]["Change"];
            tenant: components["schemas"]["Tenant"];
        };
        /** @description One at a time. Less applies at once; more becomes a change. */
        TenantSettingsUpdate: {
            homes?: components["schemas"]["HomeKeeping"];
            longest_session_minutes?: number;
            offline_days?: number;
        };
        TenantUpdate: {
            name: components["schemas"]["Name"];
        };
        /**
         * Format: date-time
         * @example 2026-11-21T20:24:45.123Z
         */
        Time: string;
        /** @description It holds a roster that the portal does not know, from before a restore or an upgrade */
        UnjudgedWorkstation: {
            device: components["schemas"]["Reference"];
            last_seen_at: null | components["schemas"]["Time"];
            tenant: components["schemas"]["Reference"];
            until: components["schemas"]["Time"];
        };
        Username: string;
        WorkstationConfirmation: {
            device_ids: components["schemas"]["Id"][];
        };
    };
    responses: {
        /**
         * @description Types `urn:doorward:problem:<word>`: malformed (400, `errors` names the members), ceremony_refused (400), unauthenticated (401), sign_in_refused (401), forbidden (403),
         *     cross_site (403), not_found (404), method_not_allowed (405), conflict (409, `detail` says which), name_taken (409), not_another_person (409),
         *     change_decided (409), change_outdated (409), too_many_phones (409), version_outdated (412), too_large (413), wrong_media_type (415), version_required (428),
         *     too_many_requests (429, with `Retry-After`), internal (500), unavailable (503).
         */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description `next` of the page before */
        After: string;
        ChangeId: components["schemas"]["Id"];
        /** @description The thing's name, typed by the person who deletes it */
        ConfirmedName: string;
        DepartmentId: components["schemas"]["Id"];
        DeviceGroupId: components["schemas"]["Id"];
        DeviceId: components["schemas"]["Id"];
        EnrolmentTokenId: components["schemas"]["Id"];
        /** @description A repeat with the same key within 24 h gets the first answer */
        IdempotencyKey: string;
        /** @description ETag last seen; 428 without, 412 when outdated */
        IfMatch: string;
        Limit: number;
        PolicyId: components["schemas"]["Id"];
        RightId: components["schemas"]["Id"];
        RoleId: components["schemas"]["Id"];
        /** @description Part of a name */
        Search: string;
        TechnicianId: components["schemas"]["Id"];
        TenantId: components["schemas"]["Id"];
    };
    requestBodies: never;
    headers: {
        /** @description Version of the resource */
        ETag: string;
        /** @description Path of what was made */
        Location: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: components["parameters"]["After"];
                device_id?: components["schemas"]["Id"];
                /** @description Not before */
                from?: components["schemas"]["Time"];
                kind?: string;
                limit?: components["parameters"]["Limit"];
                outcome?: components["schemas"]["AuditOutcome"];
                technician_id?: components["schemas"]["Id"];
                tenant_id?: components["schemas"]["Id"];
                /** @description Before */
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    exportAuditLog: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: components["parameters"]["After"];
                /** @description This tenant's log only */
                tenant_id?: components["schemas"]["Id"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A piece of the export, from its beginning without `after` */
            200: {
                headers: {
                    /** @description The next piece (RFC 8288 */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listChanges: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: components["parameters"]["After"];
                limit?: components["parameters"]["Limit"];
                state?: components["schemas"]["ChangeState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    acceptChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAcceptance"];
            };
        };
        responses: {
            /** @description Applied */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getChangeEffect: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing has been done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Effect"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    rejectChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Rejected */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    withdrawChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change_id: components["parameters"]["ChangeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Withdrawn */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listCustodians: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustodianList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counts for the first page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listDepartments: {
        parameters: {
            query?: {
                technician_id?: components["schemas"]["Id"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Departments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DepartmentList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createDepartment: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key within 24 h gets the first answer */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NameBody"];
            };
        };
        responses: {
            /** @description The department */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Department"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getDepartment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                department_id: components["parameters"]["DepartmentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One department with its members */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Department"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteDepartment: {
        parameters: {
            query: {
                /** @description The thing's name, typed by the person who deletes it */
                name: components["parameters"]["ConfirmedName"];
            };
            header?: never;
            path: {
                department_id: components["parameters"]["DepartmentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    renameDepartment: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag last seen; 428 without, 412 when outdated */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                department_id: components["parameters"]["DepartmentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NameBody"];
            };
        };
        responses: {
            /** @description The department */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Department"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    addDepartmentMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                department_id: components["parameters"]["DepartmentId"];
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The change if one was needed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PerhapsChange"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeDepartmentMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                department_id: components["parameters"]["DepartmentId"];
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listDeviceGroups: {
        parameters: {
            query?: {
                device_id?: components["schemas"]["Id"];
                tenant_id?: components["schemas"]["Id"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceGroupList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createDeviceGroup: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key within 24 h gets the first answer */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDeviceGroup"];
            };
        };
        responses: {
            /** @description The group */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceGroup"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getDeviceGroup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_group_id: components["parameters"]["DeviceGroupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One group with its devices */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceGroup"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteDeviceGroup: {
        parameters: {
            query: {
                /** @description The thing's name, typed by the person who deletes it */
                name: components["parameters"]["ConfirmedName"];
            };
            header?: never;
            path: {
                device_group_id: components["parameters"]["DeviceGroupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    renameDeviceGroup: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag last seen; 428 without, 412 when outdated */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                device_group_id: components["parameters"]["DeviceGroupId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NameBody"];
            };
        };
        responses: {
            /** @description The group */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceGroup"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    addDeviceGroupMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_group_id: components["parameters"]["DeviceGroupId"];
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The change if one was needed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PerhapsChange"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeDeviceGroupMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_group_id: components["parameters"]["DeviceGroupId"];
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listDevices: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: components["parameters"]["After"];
                connected?: boolean;
                limit?: components["parameters"]["Limit"];
                /** @description Part of a name */
                q?: components["parameters"]["Search"];
                state?: components["schemas"]["DeviceState"];
                tenant_id?: components["schemas"]["Id"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevicePage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One workstation */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    updateDevice: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag last seen; 428 without, 412 when outdated */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceUpdate"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getBreakGlass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Null where none was ever ordered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BreakGlassState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    orderBreakGlass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BreakGlassOrder"];
            };
        };
        responses: {
            /** @description Ordered; the workstation answers when it is connected */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BreakGlassState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listEntriesOfDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By the technicians' names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    takeRemovalStatement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignedStatement"];
            };
        };
        responses: {
            /** @description It holds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemovedDevice"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    resumeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    suspendDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Suspended */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    revokeEnrolmentToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                enrolment_token_id: components["parameters"]["EnrolmentTokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No longer good */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkSecret"];
            };
        };
        responses: {
            /** @description Accepted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PairingLink"];
                };
            };
            404: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    lookUpInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkSecret"];
            };
        };
        responses: {
            /** @description The link is good */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            404: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    openLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching protocols */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person of this session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    registerCustodianKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustodianKeyRegistration"];
            };
        };
        responses: {
            /** @description Registered */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    removeOwnPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed at once */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listOwnSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminSessionList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    endOwnSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended at once */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended at once */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getOfflineExposure: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By technician, customer and workstation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfflineExposure"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPolicies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All access policies (there are few; one page) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key within 24 h gets the first answer */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyDraft"];
            };
        };
        responses: {
            /** @description The policy and its change */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyProposed"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                policy_id: components["parameters"]["PolicyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One access policy */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    revisePolicy: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag last seen; 428 without, 412 when outdated */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                policy_id: components["parameters"]["PolicyId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyDraft"];
            };
        };
        responses: {
            /** @description The policy and its change */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyProposed"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    retirePolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                policy_id: components["parameters"]["PolicyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRemovedDevices: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: components["parameters"]["After"];
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemovedDevicePage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRestore: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is to be accepted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    acceptRestore: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreAcceptance"];
            };
        };
        responses: {
            /** @description What is still to be accepted, null where nothing is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRights: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: components["parameters"]["After"];
                department_id?: components["schemas"]["Id"];
                device_group_id?: components["schemas"]["Id"];
                device_id?: components["schemas"]["Id"];
                limit?: components["parameters"]["Limit"];
                role_id?: components["schemas"]["Id"];
                technician_id?: components["schemas"]["Id"];
                tenant_id?: components["schemas"]["Id"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RightPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    grantRight: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key within 24 h gets the first answer */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RightGrant"];
            };
        };
        responses: {
            /** @description The change */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    revokeRight: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                right_id: components["parameters"]["RightId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listRoles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Roles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key within 24 h gets the first answer */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRole"];
            };
        };
        responses: {
            /** @description The role */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                role_id: components["parameters"]["RoleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One role */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteRole: {
        parameters: {
            query: {
                /** @description The thing's name, typed by the person who deletes it */
                name: components["parameters"]["ConfirmedName"];
            };
            header?: never;
            path: {
                role_id: components["parameters"]["RoleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    updateRole: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag last seen; 428 without, 412 when outdated */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                role_id: components["parameters"]["RoleId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleUpdate"];
            };
        };
        responses: {
            /** @description The role as it is now, and the change if one was needed */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleUpdated"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Signed in */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            401: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionNonce: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page computes the challenge H(admin-session, nonce) itself */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionNonce"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    completeSetUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetUpCompletion"];
            };
        };
        responses: {
            /** @description Registered */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetUpResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    lookUpSetUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkSecret"];
            };
        };
        responses: {
            /** @description The link is good */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetUp"];
                };
            };
            404: components["responses"]["Problem"];
            default: components["responses"]["Problem"];
        };
    };
    getTeam: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The team of this session */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateTeam: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag last seen; 428 without, 412 when outdated */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamUpdate"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listTechnicians: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: components["parameters"]["After"];
                limit?: components["parameters"]["Limit"];
                /** @description Part of a name */
                q?: components["parameters"]["Search"];
                state?: components["schemas"]["TechnicianState"];
                status?: components["schemas"]["TechnicianStatus"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TechnicianPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    inviteTechnician: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TechnicianInvite"];
            };
        };
        responses: {
            /** @description Invited */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTechnician: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One technician */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Technician"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createAdministratorLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetUpLink"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    disableTechnician: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Disabled */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Technician"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    enableTechnician: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listEntriesOfTechnician: {
        parameters: {
            query: {
                tenant_id: components["schemas"]["Id"];
            };
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By the workstations' names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: components["parameters"]["DeviceId"];
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer and what it was made of */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createPairingLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PairingLink"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    resendInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Invited again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    resetPhone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Reset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PairingLink"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    withdrawInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                technician_id: components["parameters"]["TechnicianId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Withdrawn */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listTenants: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: components["parameters"]["After"];
                limit?: components["parameters"]["Limit"];
                /** @description Part of a name */
                q?: components["parameters"]["Search"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key within 24 h gets the first answer */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantCreate"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One customer */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateTenant: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag last seen; 428 without, 412 when outdated */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantUpdate"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    planAccountSwitch: {
        parameters: {
            query?: {
                account_mode?: components["schemas"]["AccountMode"];
                account_prefix?: components["schemas"]["AccountPrefix"];
                /** @description Left out - as it is */
                code_scheme?: components["schemas"]["CodeScheme"];
            };
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plan; nothing has happened */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountPlan"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAccountSwitch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountSwitch"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    switchAccounts: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag last seen; 428 without, 412 when outdated */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountSwitchWish"];
            };
        };
        responses: {
            /** @description The customer as it is now, and the change if one was needed */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantSettingsResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTenantCodes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where they stand */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantCodes"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    confirmWorkstations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkstationConfirmation"];
            };
        };
        responses: {
            /** @description The change; applied at once where the team has only one administrator */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        change: components["schemas"]["Change"];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readTenantCodes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        otpauth_uri: string;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceTenantCodes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantCodesReplacement"];
            };
        };
        responses: {
            /** @description Where they stand */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantCodes"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listEnrolmentTokens: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: components["parameters"]["After"];
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentTokenPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createEnrolmentToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnrolmentTokenCreate"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentTokenCreated"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    resumeTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateTenantSettings: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag last seen; 428 without, 412 when outdated */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantSettingsUpdate"];
            };
        };
        responses: {
            /** @description The customer as it is now, and the change if one was needed */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantSettingsResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    suspendTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant_id: components["parameters"]["TenantId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Suspended */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
