"""Keep the team of admins: who has which role, who is invited, and who is suspended.

The setting ADMIN_IDS names owners. Owners invite others in the chat. Other packages use these small interfaces:

    Team.role_of(user), Team.ids, Team.with_permission(permission)     who may do what now: `membership`
    action_permission(action)                                          what a button needs: `permissions`
"""
